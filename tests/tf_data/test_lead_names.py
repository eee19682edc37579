"""One vocabulary of leads: what names stand for, and that it is used wherever records are read."""

import numpy as np
import pytest

from ecgzoo.errors import DataWarning, SignalError
from tf_data.lead_names import LEADS, lead_of, picked
from tf_data.own_records import read_records
from tf_data.records import read_record

RNG = np.random.default_rng(0)
LIMBS = RNG.normal(size=(256, 2))
FIRST, SECOND = LIMBS.T  # leads I and II


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("MLII", "II"),
        ("mlii", "II"),
        ("DI", "I"),
        ("d III", "III"),
        ("D3", "III"),
        ("Lead I (Einthoven)", "I"),
        ("Lead II", "II"),
        ("LEAD V1", "V1"),
        ("MDC_ECG_LEAD_I", "I"),
        ("MDC_ECG_LEAD_aVF", "aVF"),
        ("MDC_ECG_LEAD_V3R", "V3R"),
        ("ECG I", "I"),
        ("EKG V6", "V6"),
        ("ECG_II", "II"),
        ("ECG Lead aVL", "aVL"),
        (" A V R ", "aVR"),
        ("aVL, augmented voltage, left", "aVL"),
    ],
)
def test_names_of_elsewhere(name, lead) -> None:
    assert lead_of(name) == (lead, 1)
    assert lead_of(f"-{name}") == (lead, -1)


@pytest.mark.parametrize(
    "name", ["ECG1", "ECG", "1", "", "-", "V", "V10", "RESP", "IV", "C1", "Va"]
)
def test_what_is_not_certain_stands_for_nothing(name) -> None:
    assert lead_of(name) is None


@pytest.mark.parametrize("lead", LEADS)
def test_every_lead_is_called_what_it_is(lead) -> None:
    assert lead_of(lead) == lead_of(lead.lower()) == (lead, 1)


def test_einthoven_and_goldberger_hold() -> None:
    """Against the potentials at the limbs, of which the leads are differences."""
    right, left, foot = RNG.normal(size=(3, 256))
    centre = (right + left + foot) / 3
    held = np.stack([left - right, foot - right], axis=1)
    found, notes = picked(held, ["I", "II"], ["III", "aVR", "aVL", "aVF"], "a")
    augmented = [1.5 * (one - centre) for one in (right, left, foot)]
    np.testing.assert_allclose(found.T, [foot - left, *augmented], atol=1e-12)
    assert notes[0] == "III is computed from I and II"
    assert len(notes) == 4


def test_signs_are_turned_also_of_what_is_computed() -> None:
    found, notes = picked(LIMBS, ["-I", "II"], ["I", "III", "-aVR"], "a")
    np.testing.assert_allclose(found.T, [-FIRST, SECOND + FIRST, (SECOND - FIRST) / 2])
    assert notes[0] == "lead -I is taken as I, with its sign turned"


def test_a_lead_under_its_own_name_goes_before_others() -> None:
    both = picked(LIMBS, ["MLII", "II"], ["II"], "a")
    np.testing.assert_array_equal(both[0][:, 0], SECOND)
    assert both[1] == ()
    held = np.stack([FIRST, SECOND, FIRST * 9], axis=1)
    found, notes = picked(held, ["I", "II", "AVF"], ["aVF"], "a")
    np.testing.assert_array_equal(found[:, 0], FIRST * 9)
    assert notes == ()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["II", "II"], "lead II once in a; 2 of its leads are that: II, II"),
        (["MLII", "DII"], "lead II once in a; 2 of its leads are that: MLII, DII"),
        (["III", "V1"], "II missing, it has III, V1"),
    ],
)
def test_what_is_ambiguous_or_missing_is_named(names, message) -> None:
    with pytest.raises(SignalError, match=message):
        picked(LIMBS, names, ["II"], "a")


def test_a_message_does_not_list_thousands() -> None:
    with pytest.raises(SignalError) as raised:
        picked(np.zeros((3, 9999)), [f"x{at}" for at in range(9999)], ["II"], "a")
    assert len(str(raised.value)) < 400


def write(folder, name, leads, signal) -> None:
    rows = "\n".join(",".join(map(repr, map(float, row))) for row in signal)
    (folder / f"{name}.csv").write_text(f"{','.join(leads)}\n{rows}\n")


def test_a_record_is_read_with_it(tmp_path) -> None:
    write(tmp_path, "a", ["DI", "MLII"], LIMBS)
    found, info = read_record(tmp_path / "a.csv", 128, ["II", "aVF"])
    np.testing.assert_allclose(found.T, [SECOND, SECOND - FIRST / 2], atol=1e-6)
    assert info.leads == ("II", "aVF")
    assert info.notes == ("lead MLII is taken as II", "aVF is computed from I and II")


def test_a_lead_twice_is_no_lead(tmp_path) -> None:
    np.stack([np.rint(100 * one) for one in (FIRST, SECOND, FIRST + SECOND)], axis=1).astype(
        "<i2"
    ).tofile(tmp_path / "r.dat")
    line = "r.dat 16 100/mV 16 0 0 0 0 {}"
    text = ["r 3 128 256", *map(line.format, ["I", "II", "II"])]
    (tmp_path / "r.hea").write_text("\n".join(text))
    with pytest.raises(SignalError, match="lead II once in r.hea; 2 of its leads"):
        read_record(tmp_path / "r.hea", leads=["I", "II"])
    with pytest.raises(SignalError, match="II stands there 2 times"):
        read_record(tmp_path / "r.hea")
    np.testing.assert_allclose(
        read_record(tmp_path / "r.hea", leads=["I"])[0][:, 0], FIRST, atol=0.006
    )


def test_records_of_other_names_are_one_data_set(tmp_path) -> None:
    write(tmp_path, "a", ["I", "II", "aVF"], np.c_[LIMBS, SECOND - FIRST / 2])
    write(tmp_path, "b", ["MLII", "DI"], LIMBS[::-1, ::-1])
    write(tmp_path, "c", ["MLII", "DI"], LIMBS[::-1, ::-1] + 1)
    with pytest.warns(DataWarning) as told:
        data = read_records(tmp_path, {"a": "N", "b": "N", "c": "AF"}, sampling_rate=128)
    assert data.spec.leads == ("I", "II", "aVF")
    np.testing.assert_allclose(data.signals[1], data.signals[0][::-1], atol=1e-6)
    said = [str(one.message) for one in told]
    assert "b and 1 more: the leads DI, MLII are taken as I, II" in said
    assert "b and 1 more: aVF is computed from I and II" in said


def test_two_files_of_one_record_are_ambiguous(tmp_path) -> None:
    write(tmp_path, "r00", ["I", "II"], LIMBS)
    np.save(tmp_path / "r00.npy", LIMBS)
    with pytest.raises(SignalError, match=r"one file of record r00 in .*r00.npy or r00.csv"):
        read_records(tmp_path, {"r00": "N"}, sampling_rate=128)
    found = read_records(tmp_path, {"r00.csv": "N"}, sampling_rate=128)
    assert found.names.tolist() == ["r00.csv"]
