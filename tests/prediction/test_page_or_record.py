"""A page and a record are told apart by what is in them, not by what they are called."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from ecg_of_steps import steps_ecg
from PIL import Image
from written_formats import WRITERS

from ecgzoo.app.cases import PageCase, RecordCase, case_of
from ecgzoo.app.question import Question
from ecgzoo.prediction.page_or_record import IMAGES, is_page
from ecgzoo.prediction.records import files_in

KINDS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "HEIF", "PDF")


def picture(kind: str, **options) -> bytes:
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["scan.csv", "scan", "scan.dcm", "scan.png"])
def test_a_picture_is_a_page_whatever_it_is_called(tmp_path, kind, name) -> None:
    (tmp_path / name).write_bytes(picture(kind))
    assert is_page(tmp_path / name)


def test_a_large_tiff_is_a_page(tmp_path) -> None:
    (tmp_path / "scan.csv").write_bytes(picture("TIFF", big_tiff=True))
    assert is_page(tmp_path / "scan.csv")


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in ("CSV", "WFDB")])
def test_a_record_is_none_even_if_it_is_called_one(tmp_path, name) -> None:
    WRITERS[name][1](tmp_path / "record.png", steps_ecg(1))
    assert not is_page(tmp_path / "record.png")


def test_a_dicom_file_that_begins_as_a_tiff_is_a_record(tmp_path) -> None:
    WRITERS["DICOM"][1](tmp_path / "both.tif", steps_ecg(1))
    contents = bytearray((tmp_path / "both.tif").read_bytes())
    contents[:4] = b"II*\0"
    (tmp_path / "both.tif").write_bytes(contents)
    assert not is_page(tmp_path / "both.tif")


@pytest.mark.parametrize(
    ("name", "content", "page"),
    [
        ("a.dat", b"\xff\xd8\xff" + bytes(9), False),
        ("a.csv", b"BMI,II\n0.1,0.2\n", False),
        ("a.txt", b"", False),
        ("a.jpg", b"", True),
        ("a.PDF", b"hello", True),
    ],
)
def test_what_begins_as_neither_is_what_it_is_called(tmp_path, name, content, page) -> None:
    (tmp_path / name).write_bytes(content)
    assert is_page(tmp_path / name) is page


def test_the_app_tells_them_apart_alike(tmp_path) -> None:
    (tmp_path / "scan.csv").write_bytes(picture("PNG"))
    np.save(tmp_path / "record.npy", np.zeros((9, 2)))
    Path(tmp_path / "record.npy").rename(tmp_path / "record.png")
    asked = Question({}, "m")
    assert isinstance(case_of(tmp_path / "scan.csv", asked, None), PageCase)
    assert isinstance(case_of(tmp_path / "record.png", asked, None), RecordCase)


def test_of_a_folder_hidden_files_and_folders_are_no_pages(tmp_path) -> None:
    for name in ("scan.png", "._scan.png", ".hidden.jpg"):
        (tmp_path / name).write_bytes(picture("PNG"))
    for ending in IMAGES:
        (tmp_path / f"folder{ending}").mkdir()
    WRITERS["DICOM"][1](tmp_path / "record.jpg", steps_ecg(1))
    assert [path.name for path in files_in(tmp_path)] == ["record.jpg", "scan.png"]
