"""export: refused, interrupted and repeated, it never leaves half a version behind."""

import contextlib
import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator

import keras
import numpy as np
import pytest
import small_encoders
import tensorflow as tf
from small_presets import SPEC, heartbeats, make_preset
from without_verification import without_verification

from ecgzoo.artifact.labels import LABELS
from ecgzoo.artifact.preset import WEIGHTS
from ecgzoo.errors import PresetError
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.exporting.server.versions import DRAFT
from ecgzoo.models.weights import load_preset

pytestmark = pytest.mark.whole


@pytest.fixture(autouse=True, scope="module")
def encoders() -> Iterator[None]:
    """Narrow ones, but wide enough that weights are the second largest of the files."""
    with pytest.MonkeyPatch.context() as patch, small_encoders.small_encoders():
        patch.setattr(small_encoders, "WIDTH", 64)
        yield


@pytest.fixture(scope="module")
def source(encoders, tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d")


@pytest.fixture(scope="module")
def exported_once(source, tmp_path_factory):
    root = tmp_path_factory.mktemp("exported")
    with without_verification():
        assert export(source, root) == root / "cnn1d" / "1"
    return root


@pytest.fixture
def first(exported_once, tmp_path):
    """A version, for each test a copy in its own folder."""
    shutil.copytree(exported_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "cnn1d" / "1"


def files_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files}


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_versions_count_up_and_the_first_stays_as_it_was(
    source, first, tmp_path, unverified
) -> None:
    before = files_of(first)
    second = export(source, tmp_path)
    assert second == tmp_path / "cnn1d" / "2"
    assert files_of(first) == before
    assert names_in(first.parent) == ["1", "2", LABELS]


def test_a_source_that_is_damaged_writes_nothing(tmp_path) -> None:
    source = make_preset(tmp_path / "preset", "cnn1d")
    with (source / WEIGHTS).open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"damaged")
    with pytest.raises(PresetError, match="is damaged"):
        export(source, tmp_path / "exported")
    assert not (tmp_path / "exported").exists()


@contextlib.contextmanager
def files_of_at_most(size: int):
    """No file of this process may grow beyond ``size``: a full disk that needs no privilege."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [30_000, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_write_that_fails_midway_leaves_nothing(
    source, first, tmp_path, unverified, size
) -> None:
    """The weights', which TensorFlow writes first."""
    before = files_of(first)
    smallest = min(file.stat().st_size for file in (first / "variables").glob("*data*"))
    assert size < smallest, "no write would fail"
    with pytest.raises(OSError, match="cnn1d"), files_of_at_most(size):
        export(source, tmp_path)
    assert names_in(first.parent) == ["1", LABELS]
    assert files_of(first) == before
    assert export(source, tmp_path).name == "2"


def test_a_full_disk_leaves_nothing(source, tmp_path, unverified) -> None:
    """A real one, of 200 kB, where this process may mount it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(disk)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root, where containers allow it, can mount a small disk")
    try:
        with pytest.raises(OSError, match="cnn1d"):
            export(source, disk)
        assert list((disk / "cnn1d").iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_an_error_while_the_description_is_written_leaves_nothing(
    source, tmp_path, unverified, monkeypatch
) -> None:
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saved_model, "write_contract", full)
    with pytest.raises(OSError, match="No space left"):
        export(source, tmp_path)
    assert list((tmp_path / "cnn1d").iterdir()) == []


def test_the_next_export_removes_what_a_killed_one_left(source, tmp_path, unverified) -> None:
    left = tmp_path / "cnn1d" / f"{DRAFT}dead"
    left.mkdir(parents=True)
    (left / "saved_model.pb").write_bytes(b"half")
    export(source, tmp_path)
    assert names_in(left.parent) == ["1", LABELS]


def test_an_export_under_mixed_precision_answers_in_float32(source, tmp_path, unverified) -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = load_preset(source)[0]
        version = export(source, tmp_path)
    finally:
        keras.config.set_dtype_policy(before)
    served = tf.saved_model.load(str(version)).signatures["serving_default"]
    signals = heartbeats(SPEC, 2)
    answer = served(tf.constant(signals))["probabilities"]
    assert answer.dtype == "float32"
    expected = np.asarray(model(signals, training=False))
    # Half precision has eleven bits; the order of its sums is the graph's or the layers'.
    np.testing.assert_allclose(answer, expected, rtol=0, atol=3e-3)
