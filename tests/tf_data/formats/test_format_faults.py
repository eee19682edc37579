"""Every fault of every format is one sentence, which docs/formats.md shows with the round trips."""

from pathlib import Path

import numpy as np
import pytest
from ecg_of_steps import steps_ecg
from format_faults import FAULTS
from written_formats import WRITERS

from ecgzoo.errors import SignalError
from tf_data.formats.formats import format_of, read_raw
from tf_data.records import read_record

pytestmark = pytest.mark.whole

DOCS = Path(__file__).parents[3] / "docs" / "formats.md"
CASES = [(name, fault) for name, faults in FAULTS.items() for fault in faults]
ECG = steps_ecg()
LIBRARIES = {
    "DICOM": "pydicom",
    "EDF": "edfio",
    "BDF": "edfio",
    "Parquet": "pyarrow",
    "MATLAB": "scipy",
    "Schiller XML": "defusedxml, own",
}  # and ecgdatakit for the rest


def said_of(folder: Path, name: str, fault: str) -> str:
    """The sentence on a file with a fault."""
    file, write = WRITERS[name]
    path = write(folder / file, ECG)
    path.write_bytes(FAULTS[name][fault](path.read_bytes()))
    with pytest.raises(SignalError) as error:
        read_record(path)
    return str(error.value)


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_a_fault_is_a_sentence(tmp_path: Path, name: str, fault: str) -> None:
    said = said_of(tmp_path, name, fault)
    assert "expected" in said
    assert "\n" not in said
    assert len(said) < 400


def round_trip(folder: Path, name: str) -> str:
    """A line of the first table."""
    file, write = WRITERS[name]
    path = write(folder / file, ECG)
    raw = read_raw(path)
    leads = raw.leads or ECG.leads
    written = ECG.of(*(lead.removeprefix("ECG ") for lead in leads)).millivolts
    error = 1000 * np.abs(raw.signal - written).max()
    kind = format_of(path).name
    faults = len(FAULTS.get(name, ()))
    return f"| {name} | {LIBRARIES.get(kind, 'ecgdatakit')} | {error:.4f} | {faults or '-'} |"


def test_the_tables_of_the_docs(tmp_path: Path) -> None:
    """Prints them (pytest -s) for whoever changes a sentence."""
    lines = ["| format | library | largest error, µV | faults |", "|---|---|---|---|"]
    lines += [round_trip(tmp_path, name) for name in WRITERS]
    lines += ["", "| format | fault | what is said |", "|---|---|---|"]
    lines += [f"| {name} | {fault} | {said_of(tmp_path, name, fault)} |" for name, fault in CASES]
    print("", *lines, sep="\n")
    assert "\n".join(lines) in DOCS.read_text(encoding="utf-8")
