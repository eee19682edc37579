import numpy as np
import pytest
import tensorflow as tf

from ecgzoo.domains.frequency import frequency
from ecgzoo.domains.time_frequency import time_frequency
from ecgzoo.signal_spec import SignalSpec
from tf_data.augmentation import Augmentation
from tf_data.domain_cache import DomainCache
from tf_data.pipeline import Pipeline

SPEC = SignalSpec(("I", "II"), sampling_rate=128, samples=128)
DOMAINS = ("time", "frequency", "time_frequency")
RECORDS = 10


@pytest.fixture
def signals():
    rng = np.random.default_rng(0)
    return rng.normal(size=(RECORDS, *SPEC.shape)).astype("float32")


@pytest.fixture
def pipeline():
    return Pipeline(SPEC, DOMAINS, batch_size=4)


def numbered():
    """Targets that give each record's number away."""
    return np.eye(RECORDS, dtype="float32")


def rows(dataset):
    return [batch.numpy().argmax(axis=1).tolist() for _, batch in dataset]


def test_every_epoch_holds_every_record_once(pipeline, signals):
    batches = rows(pipeline.training(signals, numbered(), range(3)))
    assert len(batches) == 3 * pipeline.steps(RECORDS)
    assert [len(batch) for batch in batches] == 3 * [4, 4, 2]
    for epoch in range(3):
        assert sorted(sum(batches[3 * epoch : 3 * epoch + 3], [])) == list(range(RECORDS))


def test_epochs_differ_and_seeds_differ(pipeline, signals):
    batches = rows(pipeline.training(signals, numbered(), range(2)))
    assert batches[:3] != batches[3:]
    assert batches[:3] != rows(pipeline.training(signals, numbered(), range(1), seed=1))


@pytest.mark.parametrize("augmentation", [None, Augmentation(count=3)])
def test_a_resumed_epoch_sees_what_it_would_have_seen(pipeline, signals, augmentation):
    whole = list(pipeline.training(signals, numbered(), range(3), 7, augmentation))
    resumed = list(pipeline.training(signals, numbered(), range(2, 3), 7, augmentation))
    for expected, found in zip(whole[-3:], resumed, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, found, expected)


def test_inputs_are_the_domains_of_the_records(pipeline, signals):
    inputs, targets = next(iter(pipeline.training(signals, numbered(), range(1))))
    drawn = signals[targets.numpy().argmax(axis=1)]
    assert set(inputs) == set(DOMAINS)
    np.testing.assert_allclose(inputs["frequency"], frequency(SPEC)(drawn), atol=1e-4)
    np.testing.assert_allclose(inputs["time_frequency"], time_frequency(SPEC)(drawn), atol=1e-3)


def test_an_accelerator_gets_the_signals_themselves(signals):
    pipeline = Pipeline(SPEC, DOMAINS, device="accelerator", batch_size=4)
    inputs, targets = next(iter(pipeline.training(signals, numbered(), range(1))))
    np.testing.assert_array_equal(inputs, signals[targets.numpy().argmax(axis=1)])


def test_evaluation_keeps_the_order(pipeline, signals):
    assert sum(rows(pipeline.evaluation(signals, numbered())), []) == list(range(RECORDS))
    assert [len(batch["time"]) for batch in pipeline.evaluation(signals)] == [4, 4, 2]


@pytest.mark.whole
def test_without_a_cache_the_batches_are_the_same(pipeline, signals):
    uncached = Pipeline(SPEC, DOMAINS, batch_size=4, cache=False)
    given = (signals, numbered(), range(2), 7, Augmentation(count=3), 0.3)
    for make in (
        lambda one: one.training(*given),
        lambda one: one.evaluation(signals, numbered()),
        lambda one: one.evaluation(signals),
    ):
        for expected, found in zip(make(pipeline), make(uncached), strict=True):
            tf.nest.map_structure(close, found, expected)


def close(found, expected):
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_an_unknown_device_is_refused():
    with pytest.raises(ValueError, match="'cpu' or 'accelerator'; got 'gpu'"):
        Pipeline(SPEC, DOMAINS, device="gpu")


def test_shared_domains_are_computed_once_and_are_the_same(monkeypatch):
    signals = np.random.default_rng(1).normal(size=(6, *SPEC.shape)).astype("float32")
    cache = DomainCache()
    pipelines = [
        Pipeline(SPEC, ["time", "frequency"], batch_size=4, shared=one) for one in (cache, None)
    ]
    shared, alone = (list(one.evaluation(signals)) for one in pipelines)
    for one, other in zip(shared, alone, strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
    second = Pipeline(SPEC, ["frequency"], batch_size=4, shared=cache)
    monkeypatch.setattr(second, "_computed", None)  # nothing is left to compute
    assert len(list(second.evaluation(signals))) == 2
    assert len(cache.kept) == 2
