"""Files with bytes changed, added, lost or cut off: a sentence or a signal, never a traceback."""

import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ecg_of_steps import steps_ecg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written_formats import WRITERS

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw
from tf_data.records import read_record

ECG = steps_ecg(1)
SEALED = {"SCP-ECG", "SCP-ECG, plain"}  # a checksum over the whole file
HEAD = 4000  # bytes in which most edits fall, since headers are where files differ

quick = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=2000)

edit = st.tuples(
    st.sampled_from(["change", "add", "lose"]),
    st.one_of(st.floats(0, 1), st.integers(0, HEAD)),
    st.one_of(
        st.binary(min_size=1, max_size=12),
        st.sampled_from([b"99999999", b"-1", b"\xff\xff\xff\x7f", bytes(4), b"NaN", b'"><&']),
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


@cache
def sound(name: str, folder: Path) -> tuple[bytes, np.ndarray]:
    """A file's content, and its signal."""
    file, write = WRITERS[name]
    path = write(folder / file, ECG)
    return path.read_bytes(), read_raw(path).signal


def mutated(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, new in edits:
        place = round(where * len(content)) if isinstance(where, float) else where
        rest = 0 if kind == "add" else len(new)
        content = content[:place] + (b"" if kind == "lose" else new) + content[place + rest :]
    return content


def check_mutation(name: str, folder: Path, edits: list[tuple[str, float, bytes]]) -> None:
    content, signal = sound(name, folder)
    path = folder / WRITERS[name][0]
    changed = mutated(content, edits)
    path.write_bytes(changed)
    said = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read, info = read_record(path, None if name[:3] != "MAT" else 500)
    except SignalError as error:
        said = str(error)
    assert len(said) < 900
    assert said.isprintable()
    if said:
        return
    assert np.isfinite(read).all()
    assert all(lead.isprintable() for lead in info.leads)
    assert info.sampling_rate > 0
    assert read.size <= 8 * len(changed)  # a bit of the file per sample, or more
    if name in SEALED:
        np.testing.assert_array_equal(read, signal)


def check_cut(name: str, folder: Path, share: float) -> None:
    content, signal = sound(name, folder)
    path = folder / WRITERS[name][0]
    path.write_bytes(content[: round(share * len(content))])
    try:
        read = read_raw(path).signal
    except SignalError:
        return
    np.testing.assert_array_equal(read, signal[: len(read)])


@pytest.mark.parametrize("name", WRITERS)
@quick
@given(edits=st.lists(edit, min_size=1, max_size=4))
def test_a_mutated_file(name: str, folder: Path, edits) -> None:
    check_mutation(name, folder, edits)


@pytest.mark.parametrize("name", WRITERS)
@quick
@given(share=st.floats(0, 1))
def test_a_file_that_was_cut_off(name: str, folder: Path, share: float) -> None:
    check_cut(name, folder, share)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
@thorough
@given(edits=st.lists(edit, min_size=1, max_size=4))
def test_two_thousand_mutated_files(name: str, folder: Path, edits) -> None:
    check_mutation(name, folder, edits)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
@settings(thorough, max_examples=500)
@given(share=st.floats(0, 1))
def test_five_hundred_cut_files(name: str, folder: Path, share: float) -> None:
    check_cut(name, folder, share)
