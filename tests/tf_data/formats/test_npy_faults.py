""".npy files that claim more than they hold, or are none: a sentence before memory is taken."""

import io

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from tf_data.records import read_record

SIGNAL = np.random.default_rng(0).normal(size=(300, 2))


def content(signal: np.ndarray = SIGNAL, **changed: object) -> bytes:
    """A file, whose header says other things."""
    stream = io.BytesIO()
    said = np.lib.format.header_data_from_array_1_0(signal) | changed
    np.lib.format.write_array_header_1_0(stream, said)
    return stream.getvalue() + signal.tobytes()


WHOLE = content()
FAULTS = {
    "10 GB": (content(shape=(625_000_000, 2)), "claims .625000000, 2. of float64, 10,000,000,000"),
    "beyond number": (content(shape=(10**30, 2)), "it claims"),
    "fewer than it holds": (content(shape=(30, 2)), "480 bytes, and holds 4,800"),
    "less than nothing": (content(shape=(-300, -2)), "it claims .-300, -2."),
    "an unclosed bracket": (WHOLE.replace(b"(300, 2)", b"(300, 2 "), "cannot be read"),
    "another literal": (WHOLE.replace(b"(300, 2)", b"'300,2' "), "cannot be read"),
    "a version of tomorrow": (WHOLE.replace(b"NUMPY\x01", b"NUMPY\x09"), "version is not known"),
    "objects": (WHOLE.replace(b"<f8", b"|O "), "cannot be read"),
    "a type that is none": (WHOLE.replace(b"<f8", b"<q7"), "cannot be read"),
    "cut off in its header": (WHOLE[:40], "cannot be read"),
    "cut off": (WHOLE[:-8], "4,800 bytes, and holds 4,792"),
    "times": (WHOLE.replace(b"<f8", b"<m8"), "floating-point samples in a.npy; got timedelta64"),
}


def test_the_file_without_fault(tmp_path) -> None:
    (tmp_path / "a.npy").write_bytes(WHOLE)
    np.testing.assert_allclose(read_record(tmp_path / "a.npy", 128)[0], SIGNAL, atol=1e-6)


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_said_in_a_sentence(tmp_path, fault) -> None:
    held, message = FAULTS[fault]
    (tmp_path / "a.npy").write_bytes(held)
    with pytest.raises(SignalError, match=message) as raised:
        read_record(tmp_path / "a.npy", 128)
    assert len(str(raised.value)) < 500
    assert "\n" not in str(raised.value)


def test_an_archive_is_named(tmp_path) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        np.savez(file, a=SIGNAL)
    with pytest.raises(SignalError, match="expected one array in a.npy; got an archive"):
        read_record(tmp_path / "a.npy", 128)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_numpy_s_is_read(tmp_path, version) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, SIGNAL, version=version)
    np.testing.assert_allclose(read_record(tmp_path / "a.npy", 128)[0], SIGNAL, atol=1e-6)
