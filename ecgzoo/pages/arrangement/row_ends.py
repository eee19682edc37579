"""Where the rows of a sheet begin and end, told by the traces that were followed.

A name is printed beside its trace, and the kinds of print are told by half millimetres; half a
millimetre is 20 ms, which moves a QRS complex from one lead into the next.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, Sheet

NEAR = 11.5  # mm from where a row was thought to end: a pulse beside it may be taken for trace
GAP = 0.5  # mm without trace beside an end
MANY = 0.5  # ends that agree, for each row: more than so many tell
AGREE = 0.3  # mm by which they may differ


def with_exact_ends(sheet: Sheet, traces: list[np.ndarray]) -> Sheet:
    """The sheet, moved to where its rows begin and end.

    An end where a pulse stands beside the trace is none, so what most ends of rows agree on counts,
    on either side.

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
    length = sheet.right - sheet.left
    begins = [_starts(row, sheet.left) for row in seen]
    mirrored = seen.shape[1] / COLUMNS_PER_MM
    ends = [mirrored - length - _starts(row[::-1], mirrored - sheet.right) for row in seen]
    sides = [*begins, *ends]
    tried = np.unique(np.concatenate(sides))
    tried = tried[tried >= 0]  # what the picture does not show is no beginning
    if not tried.size:
        return sheet
    agreed = [_agreeing(sides, left) for left in tried]
    most = max(map(len, agreed))
    if most <= MANY * len(seen):
        return sheet
    likely = [float(np.median(lefts)) for lefts in agreed if len(lefts) == most]
    nearest = min(likely, key=lambda left: abs(left - sheet.left))
    return replace(sheet, left=max(nearest, 0.0))


def _starts(row: np.ndarray, near: float) -> np.ndarray:
    """The x in mm near a place at which a trace begins after nothing was seen."""
    gap, reach = round(GAP * COLUMNS_PER_MM), round(NEAR * COLUMNS_PER_MM)
    before = np.concatenate([np.zeros(gap, bool), row])
    quiet = ~np.lib.stride_tricks.sliding_window_view(before, gap)[: row.size].any(axis=1)
    starts = np.flatnonzero(row & quiet)
    return starts[np.abs(starts - round(near * COLUMNS_PER_MM)) <= reach] / COLUMNS_PER_MM


def _agreeing(sides: list[np.ndarray], left: float) -> list[float]:
    """Of each side of a row the place that is nearest to another, if they agree."""
    nearest = [lefts[np.abs(lefts - left).argmin()] for lefts in sides if lefts.size]
    return [float(one) for one in nearest if abs(one - left) <= AGREE]
