"""Tall complexes: traces that leave the height in which a row is followed."""

import numpy as np
import pytest
from lawful_beats import beats
from test_sheet_reading import PRINTED, printed

from ecgzoo.errors import PageError
from ecgzoo.evaluation.digitisation import signal_to_noise
from ecgzoo.pages.digitised_page import digitise
from ecgzoo.pages.render import page_bytes
from ecgzoo.pages.row_reading import ReadRow
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE, Sheet
from ecgzoo.pages.unfollowed_ink import MISSED, without_missed
from ecgzoo.pages.upright_ink import upright_runs

V5 = TWELVE.index("V5")
SHEET = Sheet((*LAYOUTS["3x4"], ("V5",)), (65.0, 97.0, 129.0, 175.0))


def with_tall_v5(millivolts):
    """Lawful leads of beats that differ a little, and V5 as high as asked."""
    leads = beats() * (1 + 0.1 * np.sin(np.arange(5000) / 240))[:, None]
    leads[:, V5] *= millivolts / leads[:, V5].max()
    return leads


@pytest.mark.parametrize("millivolts", [3.5, 4.5])
def test_a_tall_lead_is_read_to_its_tips(millivolts) -> None:
    leads = with_tall_v5(millivolts)
    found = digitise(page_bytes(draw_sheet(leads, 500, SHEET, PRINTED, 200).image))
    read = found.printed[:, found.traced.spec.leads.index("V5")]
    times = np.arange(5000) / 500 * found.traced.spec.sampling_rate
    seen = np.flatnonzero(np.isfinite(read))
    truth = printed(SHEET, leads)[:, [V5]]
    read_at = np.interp(times, seen, read[seen])[:, None]
    assert np.nanmax(read) - np.nanmedian(read) > 0.9 * millivolts
    assert signal_to_noise(truth, read_at, 500) > 13


def test_a_tall_lead_that_is_not_read_to_its_tips_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("ecgzoo.pages.tall_complexes.SQUEEZES", ())
    page = page_bytes(draw_sheet(with_tall_v5(4.5), 500, SHEET, PRINTED, 200).image)
    with pytest.raises(PageError, match="not clear enough"):
        digitise(page)


def ink(*strokes):
    """Kinds of 40 rows and 60 columns with a base line of ink, and strokes up to some rows."""
    trace = np.zeros((40, 60))
    trace[30] = 1
    for column, top in strokes:
        trace[top:31, column] = 1
    return upright_runs(trace)


def along(*places):
    """A row along the base line, and its places in some columns of kinds."""
    y = np.full(240, 60.5)
    for column, row in places:
        y[4 * column + 2] = row
    return ReadRow(y, np.ones(240))


def test_what_no_row_was_followed_to_is_not_seen_and_said() -> None:
    (row,) = without_missed([along((20, 12.0))], ink((20, 5), (45, 3)))
    unseen = np.flatnonzero(np.isnan(row.y))
    assert unseen.tolist() == list(range(4 * 44, 4 * 47))
    assert set(row.missed[unseen]) == {60.5 - 6.0}
    assert not row.missed[: 4 * 44].any()
    alone = np.sqrt(12 / 240 / 3) * 54.5
    assert row.expected_rms(slice(0, 240)) == pytest.approx(np.hypot(0.18, alone), rel=0.01)


def test_ink_that_is_another_rows_is_not_missed() -> None:
    other = ReadRow(along((45, 7.0)).y - 20, np.ones(240))
    other.y[4 * 45 + 2] = 7.0
    rows = without_missed([along(), other], ink((45, 3)))
    assert not any(row.missed.any() for row in rows)


def test_the_width_of_a_peak_is_no_ink_that_was_missed() -> None:
    (row,) = without_missed([along((45, 6.0 + MISSED))], ink((45, 3)))
    assert not row.missed.any()
    (row,) = without_missed([along((45, 7.0 + MISSED))], ink((45, 3)))
    assert row.missed.max() == MISSED + 1
