"""Einthoven's law: kept by leads that follow from two, broken where one is changed."""

import numpy as np
import pytest

from tf_data.inspection.laws import LAWS, columns_of, law_of, sums_of_squares

I, II = np.random.default_rng(0).normal(size=(2, 5000))  # noqa: E741
LEADS = {
    "I": I,
    "II": II,
    "III": II - I,
    "aVR": -(I + II) / 2,
    "aVL": I - II / 2,
    "aVF": II - I / 2,
}


def laws(leads):
    signal, columns = np.stack(list(leads.values()), axis=1), columns_of(list(leads))
    return {law: law_of(law, sums_of_squares(signal, one)) for law, one in columns.items()}


def test_leads_that_follow_from_two_keep_every_law():
    found = laws(LEADS)
    assert set(found) == set(LAWS)
    assert all(one.kept and one.residual < 1e-12 for one in found.values())


def test_a_constant_offset_and_another_sign_of_a_name_keep_it():
    moved = {"DI": LEADS["I"] + 5, "MLII": LEADS["II"], "-III": -LEADS["III"]}
    assert laws(moved)["I + III = II"].residual < 1e-12


def test_swapped_leads_break_it_by_as_much_as_is_left():
    found = laws(LEADS | {"I": LEADS["II"], "II": LEADS["I"]})["I + III = II"]
    assert not found.kept
    assert found.residual == pytest.approx(np.std(2 * (II - I)), rel=0.01)
    assert laws(LEADS | {"I": LEADS["II"], "II": LEADS["I"]})["aVR + aVL + aVF = 0"].kept


def test_it_is_not_asked_of_leads_that_are_not_there_or_do_not_vary():
    assert laws({"I": I, "II": II}) == {}
    assert laws({name: np.zeros(9) for name in ("I", "II", "III")}) == {"I + III = II": None}


def test_missing_samples_do_not_count():
    signal = np.stack(list(LEADS.values()), axis=1)
    signal[10:20, 1] = np.nan
    columns = columns_of(list(LEADS))["I + III = II"]
    assert sums_of_squares(signal, columns)[2] == 4990
