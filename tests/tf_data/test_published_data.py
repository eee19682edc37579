"""The published data sets themselves, where $ECGZOO_DATA has them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

import tf_data
from tf_data.ecg_images.ecg_images_dataset_builder import measure
from tf_data.ecg_images.published import find_pages, read_groups
from tf_data.formats.wfdb_record import read_annotations
from tf_data.mit_bih.beats import CLASSES, DS1, DS2, PACED, aami_class
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


@needs("mitdb")
@pytest.mark.parametrize(
    ("records", "counts"),
    [  # all, as PhysioNet's annotations are usually counted; the others: de Chazal's Table III
        ((*DS1, *DS2, *PACED), [90631, 2781, 7236, 803, 8043]),
        (DS1, [45866, 944, 3788, 415, 8]),
        (DS2, [44259, 1837, 3221, 388, 7]),
    ],
)
def test_annotated_beats_of_mit_bih(records, counts) -> None:
    marks = [mark for one in records for mark in read_annotations(DATA / "mitdb" / one)]
    labels = [aami_class(symbol) for _, symbol in marks]
    assert [labels.count(name) for name in CLASSES] == counts


@pytest.mark.whole
@needs("mitdb")
def test_beats_of_mit_bih() -> None:
    train, test = (
        tf_data.load("mit_bih", part=p, directory=DATA / "mitdb") for p in ("train", "test")
    )
    # 29 and 24 beats stand at the ends of records
    assert np.bincount(train.labels).tolist() == [45839, 943, 3788, 414, 8]
    assert np.bincount(test.labels).tolist() == [44236, 1837, 3220, 388, 7]
    assert set(train.groups) & set(test.groups) == {"201"}
    normal = train.signals[(train.groups == "101") & (train.labels == 0), :, 0]
    assert abs(int(np.abs(normal.mean(axis=0)).argmax()) - 144) <= 4  # the R peak, within 11 ms


@needs("ptbxl")
def test_a_record_of_ptb_xl() -> None:
    header = next((DATA / "ptbxl").rglob("00001_hr.hea"))
    signal, info = read_record(header, leads=["I", "II", "III", "aVR"])
    assert (signal.shape, info.sampling_rate) == ((5000, 4), 500)
    np.testing.assert_allclose(signal[:, 1], signal[:, 0] + signal[:, 2], atol=0.0021)
