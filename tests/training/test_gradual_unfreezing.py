"""Gradual unfreezing: what is frozen stays so to the bit, and rates are as asked."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

import ecgzoo
from ecgzoo.errors import DataWarning, RunError, UnknownNameError
from ecgzoo.features import Features
from ecgzoo.models.views import body_of, head_layers
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS, ENCODERS
from ecgzoo.training.finetuning.held_out import split_of
from ecgzoo.training.finetuning.normalisation import layer_groups
from ecgzoo.training.finetuning.result import FineTuning
from ecgzoo.training.finetuning.tuner import Tuner
from ecgzoo.training.optimizers import DiscriminativeAdamW, FlatAdamW

HEAD_ONLY = FineTuning(head_epochs=3, epochs_per_group=0, epochs=0, augmentation=False)
SHORT = FineTuning(head_epochs=2, epochs_per_group=1, epochs=1, augmentation=False)
DATA = toy_ecgs(40)


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


def weights_of(some_layers):
    return [weight for layer in some_layers for weight in layer.get_weights()]


def body_weights(core):
    head = {id(layer) for layer in head_layers(core)}
    return weights_of(layer for layer in core.layers if id(layer) not in head)


def tuner(core, settings):
    split = split_of(DATA, 0, 5)
    return Tuner(core, DATA.take(split.train), settings)


def test_a_frozen_body_does_not_change_to_the_bit_and_the_head_does(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    before, head = body_weights(core), weights_of(head_layers(core))
    tuned = tuner(core, dataclasses.replace(HEAD_ONLY, augmentation=True))
    tuned.fit_head()
    tuned.fit_body()
    for ours, theirs in zip(body_weights(core), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(weights_of(head_layers(core))[0], head[0])


@pytest.mark.parametrize("opened", [1, 2])
def test_groups_that_are_still_frozen_do_not_change_to_the_bit(preset, opened) -> None:
    core, _ = load_preset(preset, inputs="domains")
    tuned = tuner(core, dataclasses.replace(SHORT, epochs=0))
    tuned.plan = tuned.plan[:opened]
    before = [weights_of(group.layers) for group in tuned.groups]
    tuned.fit_body()
    for number, (group, old) in enumerate(zip(tuned.groups, before, strict=True)):
        new = weights_of(group.layers)
        same = [np.array_equal(a, b) for a, b in zip(new, old, strict=True)]
        normalised = [isinstance(one, layers.BatchNormalization) for one in group.layers]
        if number > opened or all(normalised):
            assert all(same), group.name
        else:
            assert not all(same), group.name


def test_batch_normalisation_keeps_statistics_scale_and_shift(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    norms = [one for one in core.layers if isinstance(one, layers.BatchNormalization)]
    before = weights_of(norms)
    tuned = tuner(core, SHORT)
    tuned.fit_body()
    assert norms
    for ours, theirs in zip(weights_of(norms), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert all(layer.trainable for layer in norms)


def test_groups_go_from_the_head_to_the_first_layers_and_miss_none() -> None:
    core = ecgzoo.build("hybrid2_mmtm", SPEC, 3, inputs="domains")
    groups = {group.name: [layer.name for layer in group.layers] for group in layer_groups(core)}
    assert list(groups) == ["head", "stage2", "stage1"]
    assert groups["head"] == ["dense", "probabilities"]
    assert {"time_conv1", "time_frequency_norm", "mmtm_squeeze1"} <= set(groups["stage1"])
    assert {"time_conv2", "mmtm_squeeze2"} <= set(groups["stage2"])
    listed = sum(groups.values(), [])
    assert sorted(listed) == sorted(one.name for one in core.layers if one.trainable_variables)


def test_a_first_step_is_as_long_as_each_group_s_rate() -> None:
    """Adam's first step is the rate times the gradient's sign, whatever the gradient."""
    variables = [keras.Variable(np.ones(size, "float32")) for size in (3, 2, 4)]
    optimizer = DiscriminativeAdamW(0.25, weight_decay=0.0)
    optimizer.build(variables)
    optimizer.set_factors([1.0, 1 / 2.6, 0.0])
    gradients = zip(variables, (3, -7, 1), strict=True)
    optimizer.apply([keras.ops.full(one.shape, sign) for one, sign in gradients])
    steps = [np.asarray(one) - 1 for one in variables]
    np.testing.assert_allclose(steps[0], -0.25, rtol=1e-5)
    np.testing.assert_allclose(steps[1], 0.25 / 2.6, rtol=1e-5)
    np.testing.assert_array_equal(steps[2], 0)


def test_with_factors_of_one_it_is_adamw() -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=5), rng.normal(size=(4, 5))
    ends = []
    for kind in (FlatAdamW, DiscriminativeAdamW):
        variable, optimizer = keras.Variable(start.astype("float32")), kind(0.1, weight_decay=0.1)
        for gradient in gradients.astype("float32"):
            optimizer.apply([keras.ops.array(gradient)], [variable])
        ends.append(np.asarray(variable))
    np.testing.assert_allclose(*ends, rtol=1e-6)


def test_factors_are_one_per_variable() -> None:
    optimizer = DiscriminativeAdamW()
    optimizer.build([keras.Variable([1.0])])
    for factors in ([1.0, 1.0], [-1.0], []):
        with pytest.raises(ValueError, match="expected 1 factors from 0 up"):
            optimizer.set_factors(factors)


def test_the_rates_of_training_are_those_of_the_plan(preset, monkeypatch) -> None:
    seen, set_factors = [], DiscriminativeAdamW.set_factors

    def noting(self, factors):
        seen.append((float(self.learning_rate), dict.fromkeys(factors)))
        set_factors(self, factors)

    monkeypatch.setattr(DiscriminativeAdamW, "set_factors", noting)
    core, _ = load_preset(preset, inputs="domains")
    tuner(core, dataclasses.replace(SHORT, epochs=2, learning_rate=0.02, decay=2.6)).fit_body()
    rates = [rate for rate, _ in seen]
    np.testing.assert_allclose(rates, [0.02, 0.02, 0.02, 0.01], rtol=1e-6)
    first, second, third = 1.0, 1 / 2.6, 1 / 2.6**2
    opened = [{first, second, 0.0}, *[{first, second, third}] * 3]
    for (_, found), expected in zip(seen, opened, strict=True):
        np.testing.assert_allclose(sorted(found), sorted(expected))


@dataclasses.dataclass(frozen=True)
class Linear:
    """A head that is logistic regression: the loss of it has one lowest value."""

    num_classes: int
    multi_label: bool = False

    def __call__(self, embedding, prefix=""):
        return layers.Dense(self.num_classes, "softmax", name="probabilities")(embedding)


def test_what_finds_no_room_is_computed_when_needed_and_learns_the_same(
    preset, monkeypatch
) -> None:
    settings = dataclasses.replace(SHORT, augmentation=True)

    def tuned():
        keras.utils.set_random_seed(0)  # of dropout
        found = tuner(load_preset(preset, inputs="domains")[0], settings)
        found.fit_body()
        return body_weights(found.core)

    kept = tuned()
    monkeypatch.setattr("ecgzoo.training.finetuning.tuner.KEPT", 0)
    with pytest.warns(DataWarning, match="computed batch by batch"):
        needed = tuned()
    for ours, theirs in zip(needed, kept, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def two_numbers(tensor, name):
    """Two features of a signal: a body that leaves the classes overlapping."""
    pooled = layers.GlobalAveragePooling1D()(layers.Conv1D(2, 9, activation="tanh")(tensor))
    return Features((), pooled, pooled)


def test_the_head_alone_is_logistic_regression_on_the_embeddings(monkeypatch) -> None:
    monkeypatch.setitem(ENCODERS.entries, "conv1d", (two_numbers, {}))
    keras.utils.set_random_seed(0)
    core = ecgzoo.build("cnn1d", SPEC, classifier=Linear(2), inputs="domains")
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(len(DATA)) < 0.25, 1 - DATA.labels, DATA.labels)
    noisy = dataclasses.replace(DATA, labels=labels)
    often = noisy.take(np.tile(np.arange(len(DATA)), 10))  # more steps in fewer, quicker epochs
    settings = dataclasses.replace(
        HEAD_ONLY,
        head_epochs=16,
        learning_rate=0.5,
        batch_size=2 * len(DATA),
        weight_decay=0.0,
        label_smoothing=0.0,
        oversampling="none",
    )
    tuned = Tuner(core, often, settings)
    tuned.fit_head()
    embeddings = body_of(core)({"time": DOMAINS.get("time")(SPEC)(DATA.signals)}, training=False)
    reference = LogisticRegression(C=np.inf, tol=1e-8, max_iter=10_000)
    best = reference.fit(np.asarray(embeddings), labels).predict_proba(np.asarray(embeddings))
    expected = log_loss(labels, best)
    assert 0.2 < expected < 0.69, "a toy that is neither trivial nor hopeless"
    assert log_loss(labels, tuner_answers(tuned)) == pytest.approx(expected, abs=2e-3)
    assert tuned.history.logs[-1]["loss"] == pytest.approx(expected, abs=2e-3)


def tuner_answers(tuned):
    answers = tuned.predict(DATA.signals).astype(float)
    return answers / answers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("head_epochs", 0),
        ("epochs", -1),
        ("decay", 0.5),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("batch_size", 0),
        ("mixup", -0.1),
    ],
)
def test_settings_are_checked(field, value) -> None:
    with pytest.raises(ValueError, match=f"{field} must be"):
        dataclasses.replace(SHORT, **{field: value})
    with pytest.raises(UnknownNameError, match="unknown oversampling"):
        dataclasses.replace(SHORT, oversampling="smote")


def test_a_training_that_diverges_says_so(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    tuned = tuner(core, SHORT)
    tuned.part.signals[0] = np.inf
    with pytest.raises(RunError, match="is nan: training diverged"):
        tuned.fit_head()


def test_the_last_epoch_is_kept(preset) -> None:
    """Of two fine-tunings, one goes a phase further from where the other one stopped."""
    cores = [load_preset(preset, inputs="domains")[0] for _ in range(2)]
    for core, phases in zip(cores, (1, 2), strict=True):
        tuned = tuner(core, SHORT)
        for phase in (tuned.fit_head, tuned.fit_body)[:phases]:
            phase()
        assert len(tuned.history.logs) == (2, 5)[phases - 1]
    head = [weights_of(head_layers(core)) for core in cores]
    assert not np.array_equal(head[0][0], head[1][0])
