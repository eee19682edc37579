"""Batch normalisation takes its statistics from new records, and nothing else changes."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

import ecgzoo
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS
from ecgzoo.training.finetuning.held_out import split_of
from ecgzoo.training.finetuning.normalisation import adapt, normalisations
from ecgzoo.training.finetuning.result import EPOCHS, STEPS, FineTuning
from ecgzoo.training.finetuning.tuner import Tuner

DATA = toy_ecgs(24)
SHORT = FineTuning(head_epochs=1, epochs_per_group=0, epochs=0, augmentation=False)


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        keras.utils.set_random_seed(0)
        yield


def domains_of(core, signals):
    return {name: np.asarray(DOMAINS.get(name)(SPEC)(signals)) for name in core.input}


def batches_of(inputs, sizes):
    starts = np.cumsum([0, *sizes])
    return [
        {name: one[a:b] for name, one in inputs.items()}
        for a, b in zip(starts[:-1], starts[1:], strict=True)
    ]


def moments(layer, core, inputs):
    """Mean and variance of what reaches a layer."""
    reached = np.asarray(keras.Model(core.input, layer.input)(inputs, training=False), float)
    axes = tuple(range(reached.ndim - 1))
    return reached.mean(axes), reached.var(axes)


@pytest.mark.whole
@pytest.mark.parametrize("name", ["cnn1d", "cnn2d", "hybrid1", "hybrid2_mmtm"])
@pytest.mark.parametrize("sizes", [[24], [10, 10, 4], [23, 1]])
def test_a_first_layer_s_statistics_are_the_moments_of_all_records(name, sizes) -> None:
    core = ecgzoo.build(name, SPEC, 3, inputs="domains")
    inputs = domains_of(core, DATA.signals)
    adapt(core, batches_of(inputs, sizes))
    first = normalisations(core)[0]
    mean, variance = moments(first, core, inputs)
    np.testing.assert_allclose(first.moving_mean, mean, atol=1e-5)
    np.testing.assert_allclose(first.moving_variance, variance, rtol=1e-4, atol=1e-7)


def test_in_one_batch_every_layer_normalises_what_reaches_it() -> None:
    core = ecgzoo.build("hybrid2", SPEC, 3, inputs="domains")
    inputs = domains_of(core, DATA.signals)
    adapt(core, [inputs])
    for layer in normalisations(core):
        mean, variance = moments(layer, core, inputs)
        np.testing.assert_allclose(layer.moving_mean, mean, atol=1e-4)
        np.testing.assert_allclose(layer.moving_variance, variance, rtol=1e-3, atol=1e-6)


def test_a_device_s_gain_no_longer_matters() -> None:
    core = ecgzoo.build("cnn1d", SPEC, 3, inputs="domains")
    answers = []
    for gain in (1, 30):
        inputs = domains_of(core, gain * DATA.signals)
        adapt(core, [inputs])
        answers.append(np.asarray(core(inputs, training=False)))
    np.testing.assert_allclose(answers[1], answers[0], atol=2e-3)  # epsilon beside the variances
    assert not np.allclose(core(domains_of(core, DATA.signals)), answers[0], atol=2e-3)


def test_only_statistics_change_and_momentum_comes_back(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    momenta = [layer.momentum for layer in normalisations(core)]
    learnt = [one.numpy() for one in core.trainable_variables]
    statistics = [one.numpy() for one in core.non_trainable_variables]
    adapt(core, [domains_of(core, DATA.signals)])
    for new, old in zip(core.trainable_variables, learnt, strict=True):
        np.testing.assert_array_equal(new, old)
    changed = zip(core.non_trainable_variables, statistics, strict=True)
    assert any(not np.array_equal(new, old) for new, old in changed)
    assert [layer.momentum for layer in normalisations(core)] == momenta


def test_momentum_comes_back_after_an_error_and_no_batch_changes_nothing(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    before = [(one.momentum, one.moving_mean.numpy()) for one in normalisations(core)]

    def broken():
        yield from ()
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        adapt(core, broken())
    adapt(core, [])
    for layer, (momentum, mean) in zip(normalisations(core), before, strict=True):
        assert layer.momentum == momentum
        np.testing.assert_array_equal(layer.moving_mean, mean)


@pytest.mark.parametrize("asked", [True, False])
def test_a_fine_tuning_adapts_to_its_training_part_if_asked(preset, asked) -> None:
    split = split_of(DATA, 0, 5)
    train = DATA.take(split.train)
    cores = [load_preset(preset, inputs="domains")[0] for _ in range(2)]
    settings = dataclasses.replace(SHORT, adapt_normalisation=asked, batch_size=len(DATA))
    tuner = Tuner(cores[0], train, settings)
    tuner.adapt()
    tuner.fit_head()
    tuner.fit_body()
    if asked:
        adapt(cores[1], [domains_of(cores[1], train.signals)])
    for ours, theirs in zip(*map(normalisations, cores), strict=True):
        assert isinstance(ours, layers.BatchNormalization)
        np.testing.assert_allclose(ours.moving_mean, theirs.moving_mean, atol=1e-6)
        np.testing.assert_allclose(ours.moving_variance, theirs.moving_variance, rtol=1e-5)


@pytest.mark.parametrize(("steps", "epochs"), [(3, 134), (40, 10), (41, 10), (400, EPOCHS)])
def test_few_records_get_more_epochs(steps, epochs) -> None:
    plan = FineTuning().plan(["head", "body"], steps)
    together = [one for one in plan if one.phase == "all"]
    assert len(together) == epochs
    assert len(together) * steps >= STEPS
    assert not [one for one in FineTuning(epochs=0).plan(["head", "body"], 3) if one.phase == "all"]
