"""Where rows end: told by what most ends of most rows agree on."""

import numpy as np
import pytest

from ecgzoo.pages.arrangement.row_ends import with_exact_ends
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, Sheet

LEFT = 20.0
ROWS = (("I",), ("II",), ("III",), ("aVR",))


def traced(left: float, right: float) -> np.ndarray:
    """A row of which everything between two ends in mm was seen."""
    trace = np.full(2400, np.nan)
    trace[round(left * COLUMNS_PER_MM) : round(right * COLUMNS_PER_MM)] = 7.0
    return trace


def moved(traces: list[np.ndarray], seemed: float) -> float:
    sheet = Sheet(ROWS, (50.0, 90.0, 130.0, 170.0), left=seemed)
    return with_exact_ends(sheet, traces).left


@pytest.mark.parametrize("seemed", [10.0, 15.0, 18.0, 19.5, 22.0, 24.5, 30.0])
def test_pulses_beyond_a_gap_do_not_move_the_ends(seemed) -> None:
    rows = [traced(LEFT, LEFT + 250) for _ in ROWS]
    for row, foot in zip(rows, (1.5, 1.75, 2.0, 2.25), strict=True):
        beyond = round((LEFT + 251) * COLUMNS_PER_MM)
        row[beyond : beyond + round(foot * COLUMNS_PER_MM)] = 7.0  # of which less or more is seen
    assert moved(rows, seemed) == pytest.approx(LEFT, abs=0.13)


def test_one_side_tells_where_a_pulse_goes_on_from_the_other() -> None:
    rows = [traced(start, LEFT + 250) for start in (17.5, 18.0, 18.4, 17.1)]
    assert moved(rows, 20.5) == pytest.approx(LEFT, abs=0.13)


def test_ends_that_do_not_agree_leave_the_sheet_where_it_was() -> None:
    rows = [traced(LEFT + off, LEFT + 250 - off) for off in (-2.4, -1.2, 1.3, 2.6)]
    assert moved(rows, 20.5) == 20.5


def test_rows_that_the_picture_cuts_begin_within_it() -> None:
    rows = [traced(0.0, 246.0 + more) for more in (0.0, 0.1, 0.0, 0.1)]
    assert moved(rows, 1.0) == 0.0
