"""Which lead is printed where, from kinds of print as they would be recognised without a fault."""

import numpy as np
import pytest
from drawn_kinds import kinds_of, sheet_of
from lawful_beats import beats

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.arrangement import find_arrangement
from ecgzoo.pages.arrangement.lead_consistency import (
    contradictions,
    errors_by_law,
    is_inverted,
    names_exchanged,
)
from ecgzoo.pages.arrangement.marks import KINDS_PER_MM, find_names, pulse_height
from ecgzoo.pages.arrangement.printing import Printing
from ecgzoo.pages.sheets.drawing import FIRST_NAME, KINDS
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE
from ecgzoo.pages.sheets.style import Style

NAMES_LEFT_OUT = FIRST_NAME + np.array([TWELVE.index(lead) for lead in ("aVL", "V6")])


@pytest.mark.whole
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("strips", [(), ("II",), ("V1", "II", "V5")])
def test_every_layout_is_found(layout, strips) -> None:
    if len(LAYOUTS[layout]) == 12 and strips:
        pytest.skip("twelve rows and strips leave no room between names")
    sheet = sheet_of((*LAYOUTS[layout], *((lead,) for lead in strips)))
    found = find_arrangement(kinds_of(sheet), sheet.size)
    assert found.sheet.rows == sheet.rows
    assert found.named == 1
    assert found.gain_seen
    assert found.sheet.gain == 10
    np.testing.assert_allclose(found.sheet.baselines, sheet.baselines, atol=1.5)
    np.testing.assert_allclose(found.sheet.ends, sheet.ends, atol=1.5)


@pytest.mark.parametrize("gain", [5.0, 10.0, 20.0])
def test_pulses_tell_the_gain(gain) -> None:
    sheet = sheet_of(LAYOUTS["3x4"], gain=gain)
    kinds = kinds_of(sheet)
    assert pulse_height(kinds, sheet.baselines) == pytest.approx(gain, abs=1)
    assert find_arrangement(kinds, sheet.size).sheet.gain == gain


def test_without_pulses_the_gain_is_assumed() -> None:
    sheet = sheet_of(LAYOUTS["3x4"], gain=5.0)
    found = find_arrangement(kinds_of(sheet, Style(pulses="none")), sheet.size)
    assert (found.gain_seen, found.sheet.gain) == (False, 10.0)


def test_what_is_known_is_taken() -> None:
    sheet = sheet_of(LAYOUTS["6x2"], gain=20.0)
    kinds = kinds_of(sheet, Style(pulses="none"))
    kinds[..., FIRST_NAME + 6 :] = 0  # no name of a chest lead is read
    assert find_arrangement(kinds, sheet.size).sheet.rows != sheet.rows
    known = find_arrangement(kinds, sheet.size, Printing("6x2", 20.0, 50.0))
    assert (known.sheet.rows, known.sheet.gain, known.sheet.speed) == (sheet.rows, 20.0, 50.0)
    assert known.sheet.seconds == pytest.approx(5.0)
    assert (known.gain_seen, known.speed_given) == (True, True)


@pytest.mark.parametrize(
    ("printing", "said"),
    [
        (Printing("6x2"), "rows where the layout has 6 of 2"),
        (Printing("3x4 Cabrera"), "not where the layout has them"),
        (Printing(gain=20.0), "pulses 10 mm high, for 20 mm/mV"),
    ],
)
def test_what_is_said_and_not_there_is_refused(printing, said) -> None:
    sheet = sheet_of(LAYOUTS["3x4"])
    with pytest.raises(SheetError, match=said):
        find_arrangement(kinds_of(sheet), sheet.size, printing)


def test_rows_in_an_order_of_their_own_are_taken_as_named() -> None:
    rows = tuple(LAYOUTS["6x2"][place] for place in (3, 0, 5, 1, 4, 2))
    sheet = sheet_of(rows)
    assert find_arrangement(kinds_of(sheet), sheet.size).sheet.rows == rows


def test_names_that_were_not_read_follow_from_the_layout() -> None:
    sheet = sheet_of((*LAYOUTS["3x4"], ("II",)))
    kinds = kinds_of(sheet)
    kinds[..., NAMES_LEFT_OUT] = 0
    found = find_arrangement(kinds, sheet.size)
    assert found.sheet.rows == sheet.rows
    assert found.named == pytest.approx(10 / 12)


@pytest.mark.parametrize(
    ("left", "found"),
    [
        (("I", "aVL", "V3", "V4", "II", "aVF"), True),  # some name of every row and column
        (("I", "aVL", "V1", "II", "aVR", "V2"), False),  # a column that is not known at all
    ],
)
def test_half_of_a_layouts_names_do_if_every_row_and_column_has_some(left, found) -> None:
    sheet = sheet_of(LAYOUTS["3x4"])
    kinds = kinds_of(sheet)
    kept = [FIRST_NAME + TWELVE.index(lead) for lead in left]
    gone = [place for place in range(FIRST_NAME, KINDS) if place not in kept]
    kinds[..., gone] = 0
    if found:
        assert find_arrangement(kinds, sheet.size).sheet.rows == sheet.rows
    else:
        with pytest.raises(SheetError):
            find_arrangement(kinds, sheet.size)


def test_names_in_an_order_of_their_own_cannot_be_guessed() -> None:
    rows = tuple(LAYOUTS["6x2"][place] for place in (3, 0, 5, 1, 4, 2))
    kinds = kinds_of(sheet_of(rows))
    kinds[..., NAMES_LEFT_OUT] = 0
    with pytest.raises(SheetError, match="no common layout that has just these"):
        find_arrangement(kinds, (210.0, 297.0))


def test_a_row_whose_names_were_not_read_is_not_passed_over() -> None:
    kinds = kinds_of(sheet_of(LAYOUTS["6x2"]))
    kinds[..., [FIRST_NAME + TWELVE.index(lead) for lead in ("aVR", "V4")]] = 0
    with pytest.raises(SheetError, match="a row of traces without names"):
        find_arrangement(kinds, (210.0, 297.0))


def test_a_row_whose_first_name_alone_was_read_is_a_strip_only_if_it_repeats_a_lead() -> None:
    sheet = sheet_of(LAYOUTS["3x4"])
    kinds = kinds_of(sheet)
    kinds[..., [FIRST_NAME + TWELVE.index(lead) for lead in ("aVL", "V2", "V5")]] = 0
    assert find_arrangement(kinds, sheet.size).sheet.rows == sheet.rows


@pytest.mark.parametrize("left", ["names", "traces", "nothing"])
def test_half_of_a_sheet_is_none(left) -> None:
    kinds = kinds_of(sheet_of(LAYOUTS["3x4"]))
    if left != "names":
        kinds[..., FIRST_NAME:] = 0
    if left != "traces":
        kinds[..., 1:FIRST_NAME] = 0
    with pytest.raises(SheetError):
        find_arrangement(kinds, (210.0, 297.0))


def test_a_name_is_a_patch_of_its_votes() -> None:
    kinds = np.zeros((60, 100, KINDS))
    kinds[20:26, 30:40, FIRST_NAME + 3] = 0.7
    kinds[20:26, 30:40, FIRST_NAME + 4] = 0.2
    kinds[50, 50, FIRST_NAME] = 1  # too small
    (name,) = find_names(kinds)
    assert (name.lead, name.x, name.y) == ("aVR", 30 / KINDS_PER_MM, 22.5 / KINDS_PER_MM)
    assert name.sure == pytest.approx(0.7)


def test_lawful_leads_do_not_contradict_one_another() -> None:
    assert contradictions(beats(), 500) == {}
    assert not is_inverted(beats(), 500)


@pytest.mark.parametrize("pair", [("I", "III"), ("I", "II"), ("aVR", "aVF"), ("aVR", "aVL")])
def test_exchanged_names_do(pair) -> None:
    leads = beats()
    one, other = (TWELVE.index(lead) for lead in pair)
    leads[:, [one, other]] = leads[:, [other, one]]
    assert bool(contradictions(leads, 500)) == (set(pair) != {"I", "III"})
    assert names_exchanged(leads, 500) == (set(pair) != {"I", "III"})


def test_a_lead_that_was_misread_is_off_by_what_the_laws_are() -> None:
    leads, place = beats(), TWELVE.index("aVF")
    wrong = np.where(np.arange(5000) % 1000 < 300, 0.8, 0.0)
    leads[:, place] += wrong
    assert not names_exchanged(leads, 500)
    errors = errors_by_law(contradictions(leads, 500))
    assert errors["aVF"] == pytest.approx(wrong.std(), rel=0.01)
    assert "V1" not in errors


def test_a_lead_upside_down_is_known_by_the_others() -> None:
    leads = beats()
    leads[:, TWELVE.index("aVR")] *= -1
    assert is_inverted(leads, 500)


def test_a_column_of_cabreras_order_tells_that_its_lead_is_upside_down() -> None:
    leads = np.full((5000, 12), np.nan)
    column = [TWELVE.index(lead) for lead in ("aVL", "I", "aVR")]
    leads[:, column] = beats()[:, column] * [1, 1, -1]
    assert is_inverted(leads, 500)


def test_leads_that_are_printed_after_one_another_are_not_compared() -> None:
    leads = np.full((5000, 12), np.nan)
    for place in range(12):
        leads[400 * place : 400 * (place + 1), place] = np.random.default_rng(place).normal(
            0, 1, 400
        )
    assert contradictions(leads, 500) == {}
