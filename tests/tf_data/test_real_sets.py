"""The sets of recordings where their published files are: counts, and the leads' own physics."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import tf_data
from tf_data.ptb_xl import published as ptb_xl

ROOT = Path(os.environ.get("ECGZOO_DATA", "~/.cache/ecgzoo-data")).expanduser()
pytestmark = [
    pytest.mark.needs_data,
    pytest.mark.filterwarnings("ignore:no record of:ecgzoo.errors.DataWarning"),
]


def folder(name: str) -> Path:
    path = ROOT / name
    if not path.is_dir():
        pytest.skip(f"no {name} under {ROOT}: set ECGZOO_DATA")
    return path


@pytest.fixture
def lines():
    root = folder("ptbxl")
    sets = ptb_xl._sets(ptb_xl._rows(root / "scp_statements.csv"))
    rows = ptb_xl._rows(root / "ptbxl_database.csv")
    return [(row, ptb_xl._labels(ptb_xl.ast.literal_eval(row["scp_codes"]), sets)) for row in rows]


def test_ptb_xl_s_test_fold_has_the_superclasses_of_the_benchmark(lines):
    held = [labels["superclass"] for row, labels in lines if row["strat_fold"] == "10"]
    counts = Counter(one for each in held for one in each)
    assert counts == {"NORM": 964, "MI": 553, "STTC": 523, "CD": 498, "HYP": 263}
    assert sum(not each for each in held) == 40
    rhythm = Counter(
        one for row, labels in lines if row["strat_fold"] == "10" for one in labels["all"]
    )
    assert [rhythm[name] for name in ("AFIB", "PVC", "CLBBB", "CRBBB")] == [152, 115, 54, 54]


def test_ptb_xl_leaves_out_the_withdrawn_and_second_copies(lines):
    kept = [(row, labels) for row, labels in lines if not ptb_xl.left_out(row)]
    assert (len(lines), len(kept)) == (2637, 2637 - 5 - 6)
    assert sum(bool(labels["superclass"]) for _, labels in kept) == 2578


def test_the_card_of_ptb_xl_has_the_classes_of_the_published_statements():
    sets = ptb_xl._sets(ptb_xl._rows(folder("ptbxl") / "scp_statements.csv"))
    for name, one in tf_data.card_of("ptb_xl").label_sets.items():
        assert set(one.classes) == set(sets[name].values())


@pytest.mark.slow
def test_ptb_xl_is_loaded():
    data = tf_data.load("ptb_xl", directory=folder("ptbxl"), partial=True, leads=("I", "II", "III"))
    assert len(data) == 2578
    assert data.labels.sum(0).tolist() == [1221, 616, 601, 563, 294]
    assert Counter(data.parts) == {"train": 348, "validation": 72, "test": 2158}
    lead_i, lead_ii, lead_iii = (data.signals[..., lead] for lead in range(3))
    assert np.abs(lead_ii - lead_i - lead_iii).max() < 0.003  # 2 uV as published, and rounding


@pytest.mark.whole
def test_ludb_obeys_einthoven_and_goldberger():
    data = tf_data.load("ludb", directory=folder("ludb"), rate=500)
    lead_i, lead_ii, lead_iii, avr, avl, avf = (data.signals[..., lead] for lead in range(6))
    np.testing.assert_allclose(lead_iii, lead_ii - lead_i, atol=1e-5)
    assert np.abs(avr + avl + avf).max() < 0.004
    assert Counter(data.classes[one] for one in data.labels) == {
        "Sinus rhythm": 143,
        "Sinus bradycardia": 25,
        "Atrial fibrillation": 15,
        "Sinus arrhythmia": 8,
        "Sinus tachycardia": 4,
        "Atrial flutter": 3,
        "Irregular sinus rhythm": 2,
    }


def test_heart_sounds_are_counted():
    data = tf_data.load("heart_sounds", directory=folder("heart_sounds"))
    assert len(set(data.names)) == 490
    assert Counter(data.classes[one] for one in data.labels) == {"Normal": 386, "Abnormal": 104}


@pytest.mark.whole
def test_cinc2021_is_counted():
    data = tf_data.load("cinc2021", directory=folder("samples12") / "cinc2021", partial=True)
    first = np.unique(data.names, return_index=True)[1]
    counts = dict(zip(data.classes, data.take(first).labels.sum(0).tolist(), strict=True))
    assert len(first) == 156
    assert {name: counts[name] for name in ("NSR", "SB", "SA")} == {"NSR": 54, "SB": 34, "SA": 6}
    by_name = dict(zip(data.names.tolist(), data.hashes.tolist(), strict=True))
    assert by_name["E07509"] == by_name["E07510"]  # one recording, twice


@pytest.mark.slow
def test_cinc2017_is_loaded():
    data = tf_data.load("cinc2017", directory=folder("cinc2017"), partial=True)
    first = np.unique(data.names, return_index=True)[1]
    counts = Counter(data.classes[one] for one in data.labels[first])
    assert counts == {"N": 3815, "O": 1791, "A": 577, "~": 213}


@pytest.fixture(scope="module")
def beats():
    return tf_data.load("mit_bih", directory=folder("mitdb"), rr=True)


@pytest.mark.whole
def test_mit_bih_has_the_beats_of_both_parts(beats):
    counts = {
        part: np.bincount(beats.labels[beats.parts == part]).tolist() for part in ("train", "test")
    }
    assert counts == {
        "train": [45839, 943, 3788, 414, 8],
        "test": [44236, 1837, 3220, 388, 7],
    }


def test_supraventricular_beats_come_early_and_normal_ones_in_time(beats):
    told = dict(zip(beats.spec.leads, beats.signals[:, 200].T, strict=True))
    of = {name: beats.labels == index for index, name in enumerate(beats.classes)}
    for channel in ("RR_before", "RR_local"):
        assert np.median(told[channel][of["N"]]) == pytest.approx(0, abs=0.02)
        assert np.median(told[channel][of["V"]]) < -0.2
    assert np.median(told["RR_before"][of["S"]]) < -0.2
    assert np.median((told["RR_after"] - told["RR_before"])[of["V"]]) > 0.3  # a pause follows
    fibrillates = np.char.startswith(beats.names, "203:")
    assert np.median(told["RR_irregularity"][fibrillates]) > 0.1
    assert np.median(told["RR_irregularity"]) < 0.05


def test_beats_differ_from_the_usual_one_if_they_are_not_normal(beats):
    change = np.ptp(beats.signals[..., beats.spec.leads.index("MLII_change")], axis=1)
    normal, ventricular = (beats.labels == beats.classes.index(one) for one in "NV")
    assert np.median(change[normal]) < 0.5 * np.median(change[ventricular])
