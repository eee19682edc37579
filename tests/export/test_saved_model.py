"""export: refused, interrupted and repeated, it never leaves half a version behind."""

import contextlib
import errno
import json
import os
import random
import resource
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_presets import SPEC, heartbeats, make_preset

from ecgzoo.export import saved_model, verification
from ecgzoo.export.saved_model import export
from ecgzoo.export.served import Served, newest_version
from ecgzoo.export.verification import ExportError, example_signals, verify
from ecgzoo.export.versions import DRAFT, version_numbers
from ecgzoo.models.weights import load_preset
from ecgzoo.presets import DESCRIPTION, WEIGHTS, PresetError
from ecgzoo.signal_spec import SignalError

# Exports without verification, and says so each time it starts.
EXPORTER = """
import sys
from ecgzoo.export import saved_model
saved_model.verify = lambda *_: 0.0
for _ in range(100):
    print("start", flush=True)
    saved_model.export(sys.argv[1], sys.argv[2])
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("source") / "preset", "cnn1d")


def files_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files}


def assert_loads(version, model) -> None:
    signals = heartbeats(SPEC, 2)
    answer = tf.saved_model.load(str(version)).signatures["serving_default"](tf.constant(signals))
    expected = np.asarray(model(signals, training=False))
    np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=1e-5)


def test_versions_count_up_and_the_first_stays_as_it_was(source, tmp_path, unverified) -> None:
    first = export(source, tmp_path)
    assert first == tmp_path / "cnn1d" / "1"
    before = files_of(first)
    second = export(source, tmp_path)
    assert second == tmp_path / "cnn1d" / "2"
    assert files_of(first) == before
    assert [entry.name for entry in sorted(first.parent.iterdir())] == ["1", "2"]
    assert json.loads((second / "assets.extra" / DESCRIPTION).read_text()) == json.loads(
        (source / DESCRIPTION).read_text()
    )


def test_verification_measures_the_difference(export_small) -> None:
    one = export_small("cnn1d")
    difference = verify(one.version, one.model, one.preset)
    assert 0 <= difference <= 1e-5
    signals = example_signals(SPEC)
    assert np.ptp(np.asarray(one.model(signals, training=False)), axis=0).max() > 1e-3
    one.preset.spec.check(signals)


def test_an_export_that_answers_otherwise_is_refused(source, tmp_path, monkeypatch) -> None:
    """The written model is tampered with: its head's bias moves by a hair more than is allowed."""
    write = saved_model.write_saved_model

    def write_another(model, preset, folder) -> None:
        other = load_preset(source)[0]
        bias = next(w for w in other.weights if w.path.endswith("probabilities/bias"))
        bias.assign(bias + np.array([1e-3, 0, 0], "float32"))
        write(other, preset, folder)

    monkeypatch.setattr(saved_model, "write_saved_model", write_another)
    with pytest.raises(ExportError, match="answers otherwise than Keras: .* more than 1e-05"):
        export(source, tmp_path)
    assert list((tmp_path / "cnn1d").iterdir()) == []


@pytest.mark.slow
def test_an_export_that_does_not_load_is_refused(source, tmp_path, monkeypatch) -> None:
    write = saved_model.write_saved_model

    def write_without_weights(model, preset, folder) -> None:
        write(model, preset, folder)
        (folder / "variables" / "variables.index").unlink()

    monkeypatch.setattr(saved_model, "write_saved_model", write_without_weights)
    with pytest.raises(ExportError, match="does not load in a fresh process"):
        export(source, tmp_path)
    assert list((tmp_path / "cnn1d").iterdir()) == []


def test_nan_in_the_fresh_process_is_no_agreement(export_small, monkeypatch) -> None:
    one = export_small("cnn1d")
    nothing = "import sys, numpy as np; np.save(sys.argv[3], np.full((4, 3), np.nan))"
    monkeypatch.setattr(verification, "FRESH_PROCESS", nothing)
    with pytest.raises(ExportError, match="answers otherwise"):
        verify(one.version, one.model, one.preset)


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


@pytest.mark.parametrize("size", [100_000, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_write_that_fails_midway_leaves_nothing(source, tmp_path, unverified, size) -> None:
    first = export(source, tmp_path)
    before = files_of(first)
    largest = max(file.stat().st_size for file in first.rglob("*") if file.is_file())
    assert size < largest, "no write would fail"
    with pytest.raises(OSError, match="cnn1d"), files_of_at_most(size):
        export(source, tmp_path)
    assert [entry.name for entry in first.parent.iterdir()] == ["1"]
    assert files_of(first) == before
    assert export(source, tmp_path).name == "2"


def test_a_full_disk_leaves_nothing(source, tmp_path, unverified) -> None:
    """A real one, of 500 kB, where this process may mount it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=500k", "none", str(disk)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root, where containers allow it, can mount a small disk")
    try:
        with pytest.raises(OSError, match="cnn1d"):
            export(source, disk)
        assert list((disk / "cnn1d").iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_an_error_while_the_description_is_copied_leaves_nothing(
    source, tmp_path, unverified, monkeypatch
) -> None:
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saved_model.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        export(source, tmp_path)
    assert list((tmp_path / "cnn1d").iterdir()) == []


@pytest.mark.parametrize(
    "kills", [2, pytest.param(10, marks=pytest.mark.slow)], ids="{} kills".format
)
def test_kill_during_an_export_leaves_versions_that_load(source, tmp_path, kills) -> None:
    chance, model = random.Random(kills), load_preset(source)[0]
    published: list[int] = []
    for _ in range(kills):
        command = [sys.executable, "-c", EXPORTER, str(source), str(tmp_path)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **pipes) as exporter:
            for _ in range(chance.randint(1, 2)):
                assert exporter.stdout.readline() == b"start\n"
            time.sleep(chance.uniform(0.05, 1.5))
            exporter.kill()
        numbers = version_numbers(tmp_path / "cnn1d")
        assert numbers[: len(published)] == published, "a version was lost"
        for number in numbers[len(published) :]:
            assert_loads(tmp_path / "cnn1d" / str(number), model)
        published = numbers


def test_the_next_export_removes_what_a_killed_one_left(source, tmp_path, unverified) -> None:
    left = tmp_path / "cnn1d" / f"{DRAFT}dead"
    left.mkdir(parents=True)
    (left / "saved_model.pb").write_bytes(b"half")
    export(source, tmp_path)
    assert [entry.name for entry in left.parent.iterdir()] == ["1"]


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
    np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-3)


def test_served_asks_the_newest_version(export_small) -> None:
    one = export_small("cnn1d")
    signals = heartbeats(SPEC, 3)
    answer = Served(one.version.parent).signals(signals)
    expected = np.asarray(one.model(signals, training=False))
    np.testing.assert_allclose(answer.probabilities, expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(answer.overall.probabilities, expected.mean(0)[None], atol=1e-5)
    assert answer.labels == tuple(one.preset.classes[i] for i in expected.argmax(1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda x: np.where(np.arange(2) == 1, np.nan, x), "finite"),
        (lambda x: x * 1000, "divide by the gain"),
        (lambda x: x[..., :1], "expected signals"),
        (lambda x: x[:0], "at least one signal"),
        (lambda x: np.zeros_like(x), "varying"),
        (lambda x: (x * 1000).astype(int), "floating-point"),
    ],
)
def test_served_refuses_what_the_contract_refuses(spoil, said, export_small) -> None:
    served = Served(export_small("cnn1d").version)
    with pytest.raises(ValueError, match=said):
        served.signals(spoil(heartbeats(SPEC, 2)))


def test_served_without_a_page_signature_refuses_pages(export_small) -> None:
    with pytest.raises(ValueError, match="takes signals, not pages"):
        Served(export_small("cnn1d").version).page(b"")


def test_a_folder_without_versions_is_named(tmp_path) -> None:
    with pytest.raises(PresetError, match="holds no exported version"):
        newest_version(tmp_path)
    assert issubclass(SignalError, ValueError)


def test_the_newest_version_is_the_largest_number(tmp_path) -> None:
    for number in ("9", "10"):
        (tmp_path / number).mkdir()
    assert newest_version(tmp_path).name == "10"
