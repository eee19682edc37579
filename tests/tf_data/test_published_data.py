"""The published data sets themselves, where $ECGZOO_DATA has them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from tf_data.ecg_images.groups import read_groups
from tf_data.ecg_images.measuring import measure
from tf_data.ecg_images.published import find_pages
from tf_data.records import read_record

DATA = Path(os.environ.get("ECGZOO_DATA", "~/.cache/ecgzoo-data")).expanduser()

pytestmark = pytest.mark.needs_data


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (DATA / name).is_dir(), reason=f"no $ECGZOO_DATA/{name}")


@needs("ecg_images")
def test_the_published_pages_are_491_and_all_in_the_table_of_ids() -> None:
    pages = find_pages(DATA / "ecg_images")
    labels = [page.label for page in pages]
    assert {name: labels.count(name) for name in set(labels)} == {
        "Normal": 142,
        "HB": 233,
        "MI": 30,
        "PMI": 86,
    }
    assert {page.content_hash for page in pages} == set(read_groups())
    with (DATA / "ecg_images" / "manifest.csv").open(newline="") as file:
        first_copies = {
            Path(row["path"]).name for row in csv.DictReader(file) if row["is_first_copy"] == "1"
        }
    assert {page.files[0] for page in pages} == first_copies


@needs("ecg_images")
def test_traced_pages_obey_einthoven() -> None:
    pages = find_pages(DATA / "ecg_images")[::60]
    signals = np.stack([columns["signal"] for _, columns in measure(pages)]) / 1000
    one, two, three = signals[..., 0], signals[..., 1], signals[..., 2]
    assert np.median(np.abs(two - one - three)) <= 0.013  # mV: a pixel


@needs("mitdb")
def test_a_record_of_mit_bih() -> None:
    signal, info = read_record(DATA / "mitdb" / "100")
    assert (signal.shape, info.leads, info.sampling_rate) == ((650_000, 2), ("MLII", "V5"), 360)
    # 995 and 1011 units at 200 per mV with a baseline of 1024: the header's first values
    np.testing.assert_allclose(signal[0], [(995 - 1024) / 200, (1011 - 1024) / 200], atol=1e-6)


@needs("ptbxl")
def test_a_record_of_ptb_xl() -> None:
    header = next((DATA / "ptbxl").rglob("00001_hr.hea"))
    signal, info = read_record(header, leads=["I", "II", "III", "aVR"])
    assert (signal.shape, info.sampling_rate) == ((5000, 4), 500)
    np.testing.assert_allclose(signal[:, 1], signal[:, 0] + signal[:, 2], atol=0.0021)
