"""Windows on the disk stand where an array of them does, and train as an array does."""

import errno
import gc
import json
import os

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

from ecgzoo.errors import DataError, DataWarning, OversamplingError
from ecgzoo.training.fit import fit
from ecgzoo.training.recipe import Recipe
from tf_data import stored_signals
from tf_data.assembling import Wanted, assemble
from tf_data.augmentation import Augmentation
from tf_data.dataset import content_hashes
from tf_data.domain_cache import DomainCache
from tf_data.oversampling import METHODS, oversample
from tf_data.pipeline import Pipeline
from tf_data.recording import Recording
from tf_data.stored_signals import StoredSignals, WindowFile, WindowSpool

LABELS = "rhythm"


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def recordings(records: int = 60):
    """One after another, each of a length of its own, not in the order of their names."""
    toy = toy_ecgs(records)
    for row in np.random.default_rng(3).permutation(records).tolist():
        signal = np.tile(toy.signals[row], (1 + row % 3, 1))
        held = (toy.classes[toy.labels[row]],)
        yield Recording(f"r{row:03d}", signal, SPEC.sampling_rate, SPEC.leads, {LABELS: held})


WANTED = Wanted(SPEC, LABELS, ("slow", "fast"))


@pytest.fixture
def both(_cache):
    """The same records in memory and on the disk."""
    with pytest.warns(DataWarning, match="the windows of toys take 0.0 GiB: they are kept on the"):
        stored = assemble(recordings(), WANTED, "toys", memory=10_000)
    return assemble(recordings(), WANTED, "toys"), stored


def test_they_are_the_same_records(both) -> None:
    memory, stored = both
    assert isinstance(stored.signals, StoredSignals)
    np.testing.assert_array_equal(np.asarray(stored.signals), memory.signals)
    for column in ("labels", "groups", "hashes", "names"):
        assert getattr(stored, column).tolist() == getattr(memory, column).tolist()
    np.testing.assert_array_equal(stored.take([5, 2, 5]).signals[:], memory.signals[[5, 2, 5]])
    assert (content_hashes(stored.signals) == memory.hashes).all()


@given(st.data())
def test_indices_are_those_of_an_array(data) -> None:
    array = np.arange(7 * 3 * 2, dtype=np.float32).reshape(7, 3, 2)
    file = WindowFile((3, 2), stored_signals._folder())
    file.append(array)
    order = np.array(data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=9)))
    stored, expected = StoredSignals(file, order), array[order]
    row = st.integers(-len(order), len(order) - 1)
    key = data.draw(st.one_of(row, st.slices(len(order)), st.lists(row, max_size=4).map(np.int64)))
    np.testing.assert_array_equal(stored[key], expected[key])
    if not isinstance(key, int):
        np.testing.assert_array_equal(stored[key, :, 1:], expected[key, :, 1:])
    np.testing.assert_array_equal(list(stored), expected)


def test_nothing_is_left_on_the_disk_nor_open(both, tmp_path) -> None:
    assert list((tmp_path / "ecgzoo").iterdir()) == []
    gc.collect()
    opened = len(os.listdir("/proc/self/fd"))
    spool = WindowSpool((128, 2), most=0)
    spool.add(np.zeros((3, 128, 2)))
    assert len(os.listdir("/proc/self/fd")) == opened + 1
    stored = spool.signals([0]).take([1])
    del spool
    assert stored[:].shape == (1, 128, 2)
    del stored
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == opened


def test_a_full_disk_is_said(monkeypatch) -> None:
    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(stored_signals.os, "write", full)
    with pytest.raises(DataError, match="ecgzoo is full after .*XDG_CACHE_HOME"):
        assemble(recordings(), WANTED, "toys", memory=0)


def test_what_is_cut_off_is_said(both) -> None:
    stored = both[1].signals
    os.ftruncate(stored._file._file, 5000)
    with pytest.raises(DataError, match="are cut off: load the data set anew"):
        stored[:]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_they_are_oversampled_as_in_memory(both, method) -> None:
    rows = np.flatnonzero(both[0].labels | (np.arange(len(both[0])) % 3 == 0))
    memory, stored = (one.take(rows) for one in both)
    given = memory.labels, 4, memory.classes
    if method == "adasyn":
        with pytest.raises(OversamplingError, match="too many to be held there"):
            oversample(method, stored.signals, *given)
        return
    expected, found = (oversample(method, one.signals, *given) for one in (memory, stored))
    np.testing.assert_array_equal(found.signals[:], expected.signals)
    np.testing.assert_array_equal(found.labels, expected.labels)


@pytest.mark.parametrize("device", ["cpu", "accelerator"])
def test_their_batches_are_those_of_an_array(both, device) -> None:
    memory, stored = both
    pipeline = Pipeline(SPEC, ("time", "frequency"), device, batch_size=16)
    how = memory.targets, range(2), 5, Augmentation(count=3, stretch=0.1, cutout=0.2), 0.3
    for make in (
        lambda signals: pipeline.training(signals, *how),
        lambda signals: pipeline.evaluation(signals, memory.targets),
    ):
        for expected, found in zip(make(memory.signals), make(stored.signals), strict=True):
            tf.nest.map_structure(
                lambda a, b: np.testing.assert_allclose(a, b, atol=1e-4), found, expected
            )


def test_domains_that_find_no_room_are_computed_when_they_are_needed(both) -> None:
    memory, _ = both
    pipeline = Pipeline(SPEC, ("time",), shared=DomainCache(most=1000))
    assert not pipeline.keeps(memory.signals)
    with pytest.warns(DataWarning, match="60 windows would fill 0.0 GiB.*batch by batch"):
        pipeline.training(memory.signals[:60], memory.targets[:60], range(1))
    roomy = Pipeline(SPEC, ("time",), shared=DomainCache(most=10**9))
    assert roomy.keeps(memory.signals)
    assert roomy.bytes_of_record == 4 * 128 * 2
    for expected, found in zip(
        roomy.evaluation(memory.signals), pipeline.evaluation(memory.signals), strict=True
    ):
        np.testing.assert_allclose(found["time"], expected["time"], atol=1e-5)


def test_a_cache_forgets_what_was_kept_first() -> None:
    double = lambda signals, layers: {name: tf.Variable(signals) for name in layers}  # noqa: E731
    cache = DomainCache(most=2 * 3 * 256 * 4)
    for value in range(4):
        signals = np.full((3, 128, 2), value, np.float32)
        cache.domains(signals, SPEC, {"time": None}, double)
    assert len(cache.kept) == 2
    assert [float(one.numpy()[0, 0, 0]) for one in cache.kept.values()] == [2, 3]


@pytest.mark.whole
def test_training_is_the_same(both, tmp_path) -> None:
    recipe = Recipe("cnn1d", epochs=2, batch_size=16, deterministic=True)
    losses = []
    with small_encoders():
        for name, data in zip(("memory", "disk"), both, strict=True):
            run = fit(recipe, tmp_path / name, data, verbose=0)
            history = json.loads(run.history_file.read_text())
            losses.append([(one["loss"], one["val_loss"]) for one in history])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
