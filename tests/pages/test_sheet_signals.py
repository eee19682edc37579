"""What is answered of a sheet that was followed: strips unlike their leads, a misread lead."""

from dataclasses import replace

import numpy as np
import pytest
from lawful_beats import beats

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.arrangement import Arrangement
from ecgzoo.pages.arrangement.limb_check import misread_lead
from ecgzoo.pages.digitised_page import DigitisedPage
from ecgzoo.pages.lead_pieces import pieces_of, rate_of
from ecgzoo.pages.row_reading import ReadRow
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheet_signals import as_printed, checked_pieces, side_by_side
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import (
    COLUMNS_PER_MM,
    LAYOUTS,
    PIXELS_PER_MM,
    TWELVE,
    Sheet,
)

UNSURE = 3.4  # rows of spread: .24 mV are expected then


def read(rows, drawn=None, spread=0.5, wrong=None, size=1.0, also=None):
    """A sheet whose rows were followed without a fault; ``drawn`` are the leads that they show."""
    sheet = Sheet(rows, tuple(45.0 + 12 * place for place in range(len(rows))))
    truth = draw_sheet(
        size * beats(), 500, sheet if drawn is None else Sheet(drawn, sheet.baselines)
    )
    traces = truth.traces * PIXELS_PER_MM
    if wrong is not None:
        place, off = wrong
        traces[place] += off(np.arange(traces.shape[1]))
    found = [ReadRow(y, np.full(y.size, spread), np.zeros(y.size)) for y in traces]
    return SheetRead(Arrangement(sheet, True, 1.0, also=also or {}), found, np.eye(3))


def bumps(size):
    """A trace that takes another row's complexes for its own, by rows of the plane."""
    return lambda columns: size * (columns % 200 < 40)


def test_a_strip_that_runs_otherwise_than_its_lead_is_left_out_and_its_lead_marked() -> None:
    pieces = checked_pieces(read((*LAYOUTS["3x4"], ("V4",)), (*LAYOUTS["3x4"], ("V2",))))
    assert not any(one.strip for one in pieces)
    errors = {one.lead: one.error for one in pieces}
    assert errors["V4"] > 0.1
    assert max(error for lead, error in errors.items() if lead != "V4") < 0.1
    printed = as_printed(pieces)
    place = TWELVE.index("V4")
    assert np.isnan(printed[:1490, place]).all()  # V2 is not shown as V4
    assert np.isfinite(printed[1510:1990, place]).all()


@pytest.mark.parametrize(
    ("named", "also", "drawn"),
    [("V5", ("V1", "V2"), "V2"), ("III", (), "II"), ("I", ("II",), "II")],
)
def test_a_strip_whose_name_is_not_clear_is_the_lead_whose_trace_it_is(named, also, drawn) -> None:
    rows = LAYOUTS["3x4"]
    pieces = checked_pieces(read((*rows, (named,)), (*rows, (drawn,)), also={3: also}))
    assert [one.lead for one in pieces if one.strip] == [drawn]
    assert max(one.error for one in pieces) < 0.1
    place = TWELVE.index(drawn)
    truth = beats()[:, place]
    shown = as_printed(pieces)[:, place]
    off = shown - np.interp(np.arange(shown.size) / 200, np.arange(5000) / 500, truth)
    assert np.nanstd(off) < 0.05


def test_a_strip_is_not_called_ii_where_no_law_tells_which_lead_that_is() -> None:
    rows = ("I", "V1", "aVR", "V4"), ("V2", "II", "V5", "aVL"), ("V3", "aVF", "III", "V6")
    pieces = checked_pieces(read((*rows, ("V2",)), (*rows, ("II",))))
    assert not any(one.strip for one in pieces)
    assert next(one.error for one in pieces if one.lead == "V2") > 0.1


def test_a_lead_is_not_marked_if_one_of_its_strips_is_like_it() -> None:
    rows = (*LAYOUTS["3x4"], ("II",), ("II",))
    pieces = checked_pieces(read(rows, (*LAYOUTS["3x4"], ("V1",), ("II",))))
    assert [one.lead for one in pieces if one.strip] == ["II"]
    assert max(one.error for one in pieces) < 0.1


def test_a_strip_stands_at_the_height_of_its_lead() -> None:
    sheet = read((*LAYOUTS["3x4"], ("II",)))
    sheet.rows[3].y[:] += 3 * PIXELS_PER_MM  # .3 mV
    sheet.rows[3].y[1400:] -= 6 * PIXELS_PER_MM  # so that its median tells little
    pieces = checked_pieces(sheet)
    (strip,) = [one for one in pieces if one.strip]
    own = next(one for one in pieces if one.lead == "II" and not one.strip)
    assert np.abs(strip.millivolts[:490] - own.millivolts[:490]).max() < 0.05


@pytest.mark.parametrize("lead", TWELVE[:6])
@pytest.mark.parametrize("size", [0.9, 4.0])
def test_a_limb_lead_that_alone_breaks_the_laws_is_known(lead, size) -> None:
    leads = beats()
    wrong = np.where(np.arange(5000) % 500 < 100, size, 0.0)
    leads[:, TWELVE.index(lead)] += wrong
    found = misread_lead(leads, 500)
    assert found.lead == lead
    assert found.off == pytest.approx(wrong.std(), rel=0.01)


def test_of_three_leads_that_one_law_compares_none_is_known() -> None:
    leads = beats()
    leads[:, 2] += np.where(np.arange(5000) % 500 < 100, 0.9, 0.0)
    leads[:, 3:6] = np.nan
    assert misread_lead(leads, 500) is None
    assert misread_lead(beats(), 500) is None


def test_a_misread_lead_that_would_spoil_the_sheet_is_left_out() -> None:
    sheet = read(LAYOUTS["12x1"], wrong=(TWELVE.index("aVF"), bumps(60)))
    pieces = checked_pieces(sheet)
    answered = side_by_side(pieces, rate_of(sheet))
    assert answered.spec.leads == tuple(lead for lead in TWELVE if lead != "aVF")
    assert answered.error[:5].max() < 0.1  # these agree
    assert answered.error[5:].min() > 0.1  # nothing checks the chest leads
    found = DigitisedPage(answered, as_printed(pieces), sheet=sheet)
    assert str(found).endswith("without aVF, misread")


def test_a_misread_lead_that_spoils_little_is_marked_alone() -> None:
    pieces = checked_pieces(read(LAYOUTS["12x1"], wrong=(TWELVE.index("aVF"), bumps(16)), size=2.0))
    assert [one.lead for one in pieces if one.error > 0.1] == ["aVF"]
    assert all(np.isfinite(one.millivolts).all() for one in pieces)


def test_an_error_that_the_limb_leads_show_is_expected_of_all() -> None:
    noise = np.random.default_rng(0).normal(0, 2.0, (12, 2376))  # rows of the plane: .05 mV
    sheet = read(LAYOUTS["12x1"], spread=1.0, wrong=(slice(None), lambda _: noise), size=2.0)
    errors = {one.lead: one.error for one in checked_pieces(sheet)}
    assert errors["II"] == pytest.approx(0.05, rel=0.05)
    assert errors["V5"] == pytest.approx(errors["II"])


def test_two_misread_leads_spoil_the_sheet() -> None:
    sheet = read(LAYOUTS["12x1"], wrong=([1, 5], bumps(60)))
    with pytest.raises(SheetError, match="cannot be of one heart"):
        checked_pieces(sheet)


def test_a_sheet_that_is_unclear_throughout_is_refused() -> None:
    with pytest.raises(SheetError, match="not clear enough"):
        checked_pieces(read(LAYOUTS["12x1"], spread=UNSURE))


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_where_leads_meet_no_sample_is_the_neighbours(off) -> None:
    rows = LAYOUTS["3x4"]
    sheet = Sheet(rows, (45.0, 85.0, 125.0))
    x = (np.arange(2400) + 0.5) / COLUMNS_PER_MM
    column = np.searchsorted(sheet.row_boundaries(rows[0]), x)
    found = [ReadRow(160 + 40.0 * column, np.full(x.size, 0.5), np.zeros(x.size)) for _ in rows]
    moved = replace(sheet, left=sheet.left + off / COLUMNS_PER_MM)
    pieces = pieces_of(SheetRead(Arrangement(moved, True, 1.0), found, np.eye(3)))
    for one in pieces:
        inner = one.millivolts[1:-1]  # a row's own ends have no neighbour
        assert np.isfinite(inner).all()
        assert len(np.unique(inner)) == 1
        assert np.isfinite(one.millivolts[0]) == (one.lead in ("I", "II", "III"))
