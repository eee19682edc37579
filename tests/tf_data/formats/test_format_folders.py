"""Folders of records of all formats: each is found once, by its ending or by its content."""

from pathlib import Path

import numpy as np
import pytest
from ecg_of_steps import steps_ecg
from written_formats import WRITERS

from ecgzoo.prediction.records import files_in
from tf_data.formats.formats import format_of, records_in
from tf_data.labelled_records import find_records
from tf_data.records import read_record

ECG = steps_ecg(1)
OTHERS = {"README.txt": b"of nothing", "map.xml": b"<urlset></urlset>", "x.qrs": b"\0\1\2"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A record of each format, a DICOM file without ending, one of a challenge, and other files."""
    for number, (file, write) in enumerate(WRITERS.values()):
        write(tmp_path / f"r{number:02}{Path(file).suffix}", ECG)
    WRITERS["DICOM"][1](tmp_path / "IM000001", ECG)
    write_challenge(tmp_path, "A00001")
    for name, content in OTHERS.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "series").mkdir()
    return tmp_path


def write_challenge(folder: Path, name: str) -> np.ndarray:
    """As PhysioNet's challenge of 2017 has it: samples of MATLAB 4, and a header of WFDB."""
    from scipy.io import savemat

    counts = ECG.counts[:, 0]
    savemat(folder / f"{name}.mat", {"val": counts[None]}, format="4")
    start = (folder / f"{name}.mat").stat().st_size - counts.nbytes
    check = np.int16(counts.sum(dtype=np.int64) & 0xFFFF if counts.sum() >= 0 else 0)
    (folder / f"{name}.hea").write_text(
        f"{name} 1 500 {len(counts)}\n"
        f"{name}.mat 16+{start} 1000/mV 16 0 {counts[0]} {check} 0 ECG\n"
    )
    return counts / 1000


def test_records_are_found_once(folder: Path) -> None:
    found = [path.name for path in records_in(folder)]
    expected = {f"r{n:02}{Path(file).suffix}" for n, (file, _) in enumerate(WRITERS.values())}
    assert sorted(found) == sorted(expected | {"IM000001", "A00001.hea"})


def test_what_macos_leaves_beside_a_file_is_no_record(folder: Path) -> None:
    (folder / "._r00.csv").write_bytes(b"\0\5\x16\7" + bytes(90))
    assert "._r00.csv" not in [path.name for path in records_in(folder)]


def test_files_are_records_and_pages_in_order(folder: Path) -> None:
    (folder / "page.PNG").write_bytes(b"\x89PNG")
    files = files_in(folder)
    assert files == sorted([*records_in(folder), folder / "page.PNG"])


def test_a_record_is_found_by_its_name_without_ending(folder: Path) -> None:
    names = [f"r{number:02}" for number in range(len(WRITERS))] + ["IM000001", "A00001"]
    (folder / "r04.xml").rename(folder / "r04.XML")
    found = find_records(folder, names)
    assert [path.stem for path in found] == names
    assert found[-1].suffix == ".hea"


@pytest.mark.parametrize("name", ["A00001", "A00001.hea", "A00001.mat"])
def test_a_matlab_file_beside_a_header_is_a_record_of_wfdb(tmp_path: Path, name: str) -> None:
    millivolts = write_challenge(tmp_path, "A00001")
    assert format_of(tmp_path / name).name == "WFDB"
    signal, info = read_record(tmp_path / name)
    np.testing.assert_allclose(signal[:, 0], millivolts, atol=1e-6)
    assert (info.leads, info.sampling_rate) == (("ECG",), 500)


def test_a_dicom_directory_is_no_record(tmp_path: Path) -> None:
    head = bytes(128) + b"DICM" + b"\2\0\2\0UI\x14\0" + b"1.2.840.10008.1.3.10"
    (tmp_path / "DICOMDIR").write_bytes(head)
    assert list(records_in(tmp_path)) == []


def test_a_folder_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected one record; .* is a folder"):
        read_record(tmp_path)
