"""Where the rows of a sheet begin and end, told by the traces that were followed.

A name is printed beside its trace, and the kinds of print are told by half millimetres; half a
millimetre is 20 ms, which moves a QRS complex from one lead into the next.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, Sheet

NEAR = 3.0  # mm from where a row was thought to end
GAP = 0.5  # mm without trace beside an end
MANY = 0.5  # of the rows that end there
AGREE = 0.6  # mm by which both ends may differ


def with_exact_ends(sheet: Sheet, traces: list[np.ndarray]) -> Sheet:
    """The sheet, moved to where its rows begin and end.

    An end where a pulse joins the trace is none, so either end does.

    Args:
        sheet: as it was recognised.
        traces: of each row, float ``[columns]``, NaN where none was seen.

    Example:
        >>> sheet = Sheet((("I",), ("II",)), (50.0, 90.0), left=21.0)
        >>> trace = np.full(2400, np.nan)
        >>> trace[160:2160] = 7.0
        >>> with_exact_ends(sheet, [trace, trace]).left
        20.0
    """
    seen = np.isfinite(traces)
    begins = _usual(seen, sheet.left)
    ends = _usual(seen[:, ::-1], seen.shape[1] / COLUMNS_PER_MM - sheet.right)
    found = [] if begins is None else [begins]
    if ends is not None:
        found.append(seen.shape[1] / COLUMNS_PER_MM - ends - (sheet.right - sheet.left))
    if not found or max(found) - min(found) > AGREE:
        return sheet
    return replace(sheet, left=float(np.mean(found)))


def _usual(seen: np.ndarray, near: float) -> float | None:
    """The x in mm at which most rows begin, near a place; None where they do not."""
    gap, reach = round(GAP * COLUMNS_PER_MM), round(NEAR * COLUMNS_PER_MM)
    place = round(near * COLUMNS_PER_MM)
    found = []
    for row in seen:
        before = np.concatenate([np.zeros(gap, bool), row])
        quiet = ~np.lib.stride_tricks.sliding_window_view(before, gap)[: row.size].any(axis=1)
        starts = np.flatnonzero(row & quiet)
        starts = starts[np.abs(starts - place) <= reach]
        if starts.size:
            found.append(starts[np.abs(starts - place).argmin()] / COLUMNS_PER_MM)
    return float(np.median(found)) if len(found) >= MANY * len(seen) else None
