"""Mutated WFDB headers and samples, .npy and CSV: a sentence or the right signal."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw
from tf_data.formats.raw_record import RawRecord

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=2000)

SAMPLES, RATE = 300, 250
COUNTS = np.random.default_rng(3).integers(-900, 1000, (SAMPLES, 2)).astype("<i2")
SUMS = COUNTS.astype(np.int64).sum(axis=0).astype(np.int16).tolist()
HEADER = "r 2 250 300\n" + "".join(
    f"r.dat 16 {gain}(5)/mV 16 0 {COUNTS[0, lead]} {SUMS[lead]} 0 {name}\n"
    for lead, (name, gain) in enumerate({"I": 200, "MLII": 1000.5}.items())
)
SIGNAL = (COUNTS.astype(float) - 5) / (200, 1000.5)
TEXT = "I,II\n" + "".join(f"{a:.5f},{b:.5f}\n" for a, b in SIGNAL)

PIECES = [
    "9999999999",
    "-1",
    "1e999",
    "nan",
    ";",
    ",",
    "\t",
    "x2",
    ":3",
    "/uV",
    "(",
    "\n",
    "~",
    "µ",
]
edit = st.tuples(
    st.sampled_from(["change", "add", "lose"]),
    st.integers(0, 10**6),
    st.one_of(st.text(min_size=1, max_size=3), st.sampled_from(PIECES)),
)
edits = st.lists(edit, min_size=1, max_size=3)


def mutated(content: bytes, changes: list[tuple[str, int, str]]) -> bytes:
    for kind, where, text in changes:
        new = text.encode("utf-8", "ignore")[:12] or b"?"
        place = where % len(content) if content else 0
        rest = 0 if kind == "add" else min(len(new), 3)
        content = content[:place] + (b"" if kind == "lose" else new) + content[place + rest :]
    return content


def read(path: Path) -> RawRecord | None:
    """What is read; None where a sentence says why not."""
    said = ""
    try:
        return read_raw(path)
    except (SignalError, FileNotFoundError) as error:
        said = str(error)
    assert 0 < len(said) < 600
    assert "\n" not in said
    return None


def as_original(lead: np.ndarray) -> bool:
    """Whether a lead is one of the original, in whatever unit and from whatever zero."""
    if len(lead) != SAMPLES or not np.isfinite(lead).all():
        return False
    return max(abs(np.corrcoef(lead, one)[0, 1]) for one in SIGNAL.T) > 1 - 1e-9


def check_header(folder: Path, changes: list[tuple[str, int, str]]) -> None:
    changed = mutated(HEADER.encode(), changes)
    (folder / "r.hea").write_bytes(changed)
    COUNTS.tofile(folder / "r.dat")
    found = read(folder / "r.hea")
    if found is None:
        return
    assert found.signal.nbytes <= 8 * 2 * SAMPLES * (1 + len(changed))
    if len(changes) == 1 and b":" not in changed:  # leads that are late are cut to what they share
        assert all(as_original(lead) for lead in found.signal.T)
        assert found.signal.shape[1] == 2 or found.notes


def check_samples(folder: Path, changes: list[tuple[str, int, str]]) -> None:
    (folder / "r.hea").write_text(HEADER)
    held = COUNTS.tobytes()
    changed = mutated(held, changes[:1])
    (folder / "r.dat").write_bytes(changed)
    found = read(folder / "r.hea")
    assert (found is not None) == (changed[: len(held)] == held)


def check_numpy(folder: Path, changes: list[tuple[str, int, str]]) -> None:
    np.save(folder / "a.npy", SIGNAL)
    # Most edits fall into the header.
    where = [(kind, place if place % 4 == 0 else place % 128, new) for kind, place, new in changes]
    changed = mutated((folder / "a.npy").read_bytes(), where)
    (folder / "a.npy").write_bytes(changed)
    found = read(folder / "a.npy")
    if found is not None and found.signal.dtype.kind == "f":
        assert found.signal.nbytes <= len(changed)


def check_csv(folder: Path, changes: list[tuple[str, int, str]]) -> None:
    (folder / "a.csv").write_bytes(mutated(TEXT.encode(), changes))
    found = read(folder / "a.csv")
    if found is None or len(changes) > 1:
        return
    assert found.signal.shape[1] == 2
    lines = [tuple(row) for row in found.signal.round(5)]
    lost = {tuple(row) for row in SIGNAL.round(5)} - set(lines)
    assert len(lost) <= 2
    assert abs(len(lines) - SAMPLES) <= 2


CHECKS = {
    "WFDB header": check_header,
    "WFDB samples": check_samples,
    "NumPy": check_numpy,
    "CSV": check_csv,
}


@pytest.mark.parametrize("name", CHECKS)
@quick
@given(changes=edits)
def test_some_mutations(tmp_path: Path, name: str, changes) -> None:
    CHECKS[name](tmp_path, changes)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
@thorough
@given(changes=edits)
def test_two_thousand_mutations(tmp_path: Path, name: str, changes) -> None:
    CHECKS[name](tmp_path, changes)
