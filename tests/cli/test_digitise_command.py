"""`ecgzoo digitise`: leads of a scan, as files that every reader of records takes."""

import os
import re

import numpy as np
import pandas as pd
import pytest
from limb_leads import lawful
from PIL import Image
from smooth_noise import smooth_noise
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import render_page
from ecgzoo.prediction.lead_files import write_leads
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.formats import read_raw
from tf_data.records import read_record

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A page at 150 dpi, turned by three degrees."""
    path = tmp_path_factory.mktemp("scan") / "scan.png"
    waves = lawful(0.2 * smooth_noise(0, (8, 12)))
    signal = np.stack([np.interp(np.linspace(0, 7, 488), range(8), lead) for lead in waves.T], -1)
    page = Image.fromarray(render_page(signal, rhythm=np.resize(signal[:, 1], 1966)))
    page = page.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    page.resize((page.width * 3 // 4, page.height * 3 // 4)).save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["digitise", *map(str, arguments)])


def test_the_leads_are_written_as_records_that_are_read_again(scan, tmp_path) -> None:
    expected = digitise(scan).traced
    for name in ("leads.csv", "leads.hea", "leads.parquet"):
        told = run(scan, "--to", tmp_path / name)
        assert told.exit_code == 0, told.output
        assert f"written: {tmp_path / name}" in told.output
        signal, info = read_record(tmp_path / name)
        np.testing.assert_allclose(signal, expected.signal, atol=6e-4)
        assert info.leads == PAGE_SPEC.leads
        assert info.sampling_rate == pytest.approx(PAGE_SPEC.sampling_rate, rel=1e-4)
        assert info.unit == "mV"
    assert "scan.png: found at 150 dpi, turned by -3.0 degrees" in " ".join(told.output.split())


def test_as_printed_each_lead_stands_where_the_page_shows_it(scan, tmp_path) -> None:
    assert run(scan, "--to", tmp_path / "ten.csv", "--as-printed").exit_code == 0
    table, traced = pd.read_csv(tmp_path / "ten.csv"), digitise(scan).traced
    assert len(table) == len(traced.rhythm)
    assert table["II"].notna().all()
    first = {lead: table[lead].first_valid_index() for lead in ("I", "aVR", "V1", "V4")}
    assert first == {"I": 0, "aVR": 492, "V1": 984, "V4": 1476}
    np.testing.assert_allclose(table["V1"].dropna(), traced.signal[:, 6], atol=1e-4)


def test_the_picture_shows_the_traces_over_the_scan(scan, tmp_path) -> None:
    assert run(scan, "--picture", tmp_path / "traced.png").exit_code == 0
    with Image.open(tmp_path / "traced.png") as picture, Image.open(scan) as page:
        assert picture.width / picture.height == pytest.approx(page.width / page.height, rel=0.01)
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    blue = (pixels[..., 2] > pixels[..., 0] + 80).mean()
    assert 0.003 < blue < 0.05


def test_what_cannot_be_written_or_read_is_a_sentence(scan, tmp_path) -> None:
    told = run(tmp_path / "nowhere.png")
    assert str(told.exception) == f"no file {tmp_path / 'nowhere.png'}"
    told = run(tmp_path)
    assert str(told.exception) == f"expected one file; {tmp_path} is a folder. Name a file in it."
    Image.new("RGB", (900, 700), "white").save(tmp_path / "white.png")
    told = run(tmp_path / "white.png")
    assert "white.png: expected a printed ECG with the names of its leads" in str(told.exception)


@pytest.mark.parametrize(
    ("option", "file", "said"),
    [
        ("--to", "leads.xlsx", "expected a file that ends in .csv, .parquet, .hea; got "),
        ("--picture", "traced.jpg", "expected a picture that ends in .png or .svg; got "),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_page_is_read(
    scan, tmp_path, option, file, said
) -> None:
    told = run(scan, option, tmp_path / file)
    assert str(told.exception) == f"{said}{tmp_path / file}"
    assert told.stdout == ""


@pytest.mark.parametrize("name", ["scan.v1.hea", "my scan.hea", "für.hea", "leads.HEA", ".hea"])
def test_a_name_that_is_no_wfdb_record_is_refused_before_the_page_is_read(
    scan, tmp_path, name
) -> None:
    told = run(scan, "--to", tmp_path / name)
    ending = f"expected a file that ends in .csv, .parquet, .hea; got {tmp_path / name}"
    assert str(told.exception) == (
        ending
        if name == ".hea"
        else "expected the name of a WFDB record, letters from A to Z, digits, - and _ before "
        f".hea; got {name}. Rename it, or write .csv"
    )
    assert told.stdout == ""


def test_leads_are_written_as_wfdb_as_high_as_it_holds(tmp_path) -> None:
    spec, signal = SignalSpec(("II",), 250, 500), np.sin(np.arange(500) / 20)[:, None]
    signal[3:5, 0] = 32.767, -32.767
    write_leads(signal, spec, tmp_path / "high-1_a.hea")
    np.testing.assert_allclose(read_raw(tmp_path / "high-1_a.hea").signal, signal, atol=5e-4)
    with pytest.raises(ValueError, match=re.escape("16 bits; got 100 mV. Write .csv")) as told:
        write_leads(np.full((500, 1), -100.0), spec, tmp_path / "b.hea")
    assert str(told.value).startswith("expected leads within 32.767 mV of zero in b.hea, whose")
    with pytest.raises(ValueError, match=r"name of a WFDB record, .*; got scan\.v1\.hea"):
        write_leads(signal, spec, tmp_path / "scan.v1.hea")


def test_a_files_name_is_no_command_to_the_terminal(scan, tmp_path) -> None:
    folder = tmp_path / "a["  # with the file's name what would be a closing tag to a console
    folder.mkdir()
    (folder / "[bold]b].png").write_bytes(scan.read_bytes())
    told = run(folder / "[bold]b].png")
    assert told.exit_code == 0, told.exception
    assert "[bold]b].png: found at 150 dpi" in " ".join(told.output.split())


def test_the_scan_is_not_drawn_over(scan, tmp_path) -> None:
    before, link = scan.read_bytes(), tmp_path / "link.png"
    link.symlink_to(scan)
    for picture in (scan, link, scan.parent / ".." / scan.parent.name / scan.name):
        told = run(scan, "--picture", picture)
        assert str(told.exception) == (
            f"expected another file for --picture than {scan}, which is read and would be lost: "
            "name a new one"
        )
    assert scan.read_bytes() == before


def test_a_page_that_is_called_a_table_is_not_written_over(scan, tmp_path) -> None:
    (tmp_path / "scan.csv").write_bytes(scan.read_bytes())
    told = run(tmp_path / "scan.csv", "--to", tmp_path / "scan.csv")
    assert str(told.exception).startswith("expected another file for --to than")
    assert (tmp_path / "scan.csv").read_bytes() == scan.read_bytes()


def test_samples_of_something_else_are_not_replaced(scan, tmp_path) -> None:
    (tmp_path / "leads.dat").write_bytes(b"of something else")
    told = run(scan, "--to", tmp_path / "leads.hea")
    assert str(told.exception) == (
        "expected no leads.dat beside leads.hea, as the samples are written there; move it away, "
        "or write under another name"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["leads.dat"]
    assert (tmp_path / "leads.dat").read_bytes() == b"of something else"


def test_a_wfdb_record_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    spec, path = SignalSpec(("II",), 250, 500), tmp_path / "leads.hea"
    for height in (1.0, 2.0):
        write_leads(np.full((500, 1), height), spec, path)
        np.testing.assert_allclose(read_raw(path).signal, height)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(files) == {"leads.dat", "leads.hea"}

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_leads(np.full((500, 1), 3.0), spec, path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == files
