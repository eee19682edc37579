"""Without the extra [formats] a file of a format is one sentence that names it."""

import subprocess
import sys
from pathlib import Path

import pytest
from ecg_of_steps import steps_ecg
from written_formats import WRITERS

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw

KIT = "ecgdatakit.parsing.parsers"
MODULES = {
    "DICOM": "pydicom",
    "EDF": "edfio",
    "BDF": "edfio",
    "ISHNE": f"{KIT}.ishne_holter",
    "HL7 aECG": f"{KIT}.hl7_aecg",
    "GE MUSE XML": f"{KIT}.ge_muse_xml",
    "Philips XML 1.04": f"{KIT}.sierra_xml",
    "Schiller XML": "defusedxml.ElementTree",
    "SCP-ECG": f"{KIT}.scp_ecg",
    "Parquet": "pyarrow.parquet",
}


@pytest.mark.parametrize("name", MODULES)
def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file, write = WRITERS[name]
    path = write(tmp_path / file, steps_ecg(1))
    monkeypatch.setitem(sys.modules, MODULES[name], None)
    with pytest.raises(SignalError) as error:
        read_raw(path)
    package = MODULES[name].split(".")[0]
    assert str(error.value) == (
        f"expected the package {package}, which reads {file}; it is not installed: "
        "`pip install 'ecgzoo[formats]'` brings it"
    )


def test_the_packages_are_imported_for_their_files_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("I,II\n0.1,0.2\n")
    program = (
        "import sys; from tf_data.records import read_record; "
        f"read_record({str(tmp_path / 'a.csv')!r}, 500); "
        "print(*{'pydicom', 'edfio', 'ecgdatakit', 'defusedxml', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
