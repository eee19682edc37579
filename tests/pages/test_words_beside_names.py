"""Words that look like names of leads, and touching pulses, told apart by where they stand."""

import numpy as np
import pytest
from drawn_kinds import kinds_of, sheet_of

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.arrangement import find_arrangement
from ecgzoo.pages.arrangement.lead_rows import lead_rows
from ecgzoo.pages.arrangement.marks import KINDS_PER_MM, Name, pulse_height
from ecgzoo.pages.sheets.drawing import FIRST_NAME, PULSE, TRACE
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Style


def printed(kinds, kind, left, top, width, height, sure=0.9):
    """A patch of something, in mm."""
    x, y, right, bottom = (
        round(side * KINDS_PER_MM) for side in (left, top, left + width, top + height)
    )
    kinds[y:bottom, x:right] = 0
    kinds[y:bottom, x:right, kind] = sure


def named(kinds, lead, left, top, sure=0.9):
    printed(kinds, FIRST_NAME + TWELVE.index(lead), left, top, 5, 3, sure)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_heading_that_looks_like_names_is_none(layout) -> None:
    sheet = sheet_of((*LAYOUTS[layout], ("II",)) if len(LAYOUTS[layout]) < 12 else LAYOUTS[layout])
    kinds = kinds_of(sheet)
    for x in (21, 83.5, 146, 208.5):  # where columns begin, if there are four
        for lead, y in (("V2", 8), ("aVR", 14), ("V3", 20)):
            named(kinds, lead, x, y)
    printed(kinds, TRACE, 30, 18, 110, 0.5)  # a line of words is taken for a trace in part
    assert find_arrangement(kinds, sheet.size).sheet.rows == sheet.rows


def test_what_looks_like_a_name_in_a_strip_makes_no_row_of_leads_of_it() -> None:
    sheet = sheet_of((*LAYOUTS["3x4"], ("II",), ("V1",)))
    kinds = kinds_of(sheet)
    for lead, x, row in (("I", 83.5, 3), ("V4", 208.5, 4)):
        named(kinds, lead, x, sheet.baselines[row] - 8)
    assert find_arrangement(kinds, sheet.size).sheet.rows == sheet.rows


def test_a_faint_name_counts_below_the_others_alone() -> None:
    sheet = sheet_of(LAYOUTS["12x1"])
    kinds = kinds_of(sheet)
    name = kinds[..., FIRST_NAME + TWELVE.index("V1")].copy()
    for lead, chance in (("V1", 0.25), ("V4", 0.2), ("V6", 0.15)):
        place = FIRST_NAME + TWELVE.index(lead)
        kinds[..., place] = np.where(name > 0, chance, kinds[..., place])
    assert find_arrangement(kinds, sheet.size).sheet.rows == sheet.rows


def test_names_before_their_traces_are_of_the_row_at_their_height() -> None:
    sheet = Sheet(LAYOUTS["12x1"], tuple(50.0 + 12 * row for row in range(12)))
    kinds = kinds_of(sheet, Style(name_place=(-9.0, 1.5), pulses="none"))
    found = find_arrangement(kinds, sheet.size).sheet
    assert found.rows == sheet.rows
    np.testing.assert_allclose(found.baselines, sheet.baselines, atol=1.5)


def doubtful(lead, other, chance=0.5):
    chances = np.full(12, 0.0)
    chances[TWELVE.index(lead)], chances[TWELVE.index(other)] = chance, 0.9 - chance
    return tuple(chances)


@pytest.mark.parametrize(("chance", "refused"), [(0.5, True), (0.85, False)])
def test_two_names_that_may_be_each_others_are_not_guessed(chance, refused) -> None:
    rows = tuple(LAYOUTS["6x2"][place] for place in (3, 0, 5, 1, 4, 2))
    sheet = sheet_of(rows)
    kinds = kinds_of(sheet)
    five, six = (kinds[..., FIRST_NAME + TWELVE.index(lead)].copy() for lead in ("V5", "V6"))
    kinds[..., FIRST_NAME + TWELVE.index("V5")] = chance * five + (1 - chance) * six
    kinds[..., FIRST_NAME + TWELVE.index("V6")] = chance * six + (1 - chance) * five
    if refused:
        with pytest.raises(SheetError, match="names of leads that may be others'"):
            find_arrangement(kinds, sheet.size)
    else:
        assert find_arrangement(kinds, sheet.size).sheet.rows == rows


def test_the_last_row_is_a_strip_if_its_name_stands_above() -> None:
    def cells(*names):
        return [None if one is None else Name(one, 0, 0, 0.9, doubtful(one, one)) for one in names]

    six = [cells("I", "aVR"), cells("II", "aVL"), cells("III", "aVF")]
    assert lead_rows([*six, cells("II", None)]) == slice(0, 3)
    assert lead_rows([*six, cells("V1", None)]) == slice(0, 4)


@pytest.mark.parametrize("gain", [5.0, 10.0])
def test_pulses_that_touch_those_of_other_rows_tell_the_gain(gain) -> None:
    sheet = Sheet(LAYOUTS["12x1"], tuple(40.0 + 10.5 * row for row in range(12)), gain=gain)
    kinds = kinds_of(sheet)
    assert pulse_height(kinds, sheet.baselines) == pytest.approx(gain, abs=0.6)


def test_a_wave_that_looks_like_a_pulse_tells_no_gain() -> None:
    sheet = sheet_of(LAYOUTS["3x4"], gain=20.0)
    kinds = kinds_of(sheet, Style(pulses="none"))
    printed(kinds, PULSE, 100, sheet.baselines[1] - 5, 5, 5)
    assert pulse_height(kinds, sheet.baselines) is None
