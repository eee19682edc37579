"""Tall complexes: their tips, where these lie beyond the height to which a row is followed.

The row network learned 24 mm either way. A complex that is taller is followed some way up its
flank; then its trace stays there, or leaps to something else for the width of the tip. The ink does
not: from where the trace was last seen it goes on to the tip in one stroke.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

OUT, FAR = 60, 72  # rows of the plane: 15 and 18 mm from the middle of the row
WIDEST = 16  # columns of a tip, 80 ms
LEAPS = (40, 8), (20, 4)  # rows to which a trace comes back, and in how many columns at most
INK = 0.7  # share of the trace's darkness that counts as its ink
HALF_STROKE = 1.5  # rows: from the end of the ink to the middle of the pen
LEAST = 6  # rows, 1.5 mm: no more than a pen's width is no tip
FARTHEST = 160  # rows, 40 mm: ink that goes on for longer is a line of the grid
DOUBT = 1 / 3  # of what is added to a trace: how far off it may be


def lost_tips(height: np.ndarray) -> np.ndarray:
    """Columns in which a trace is farther out than is looked at: something else is taken for it.

    No heart's trace is back at the middle of its row for 40 ms between two deflections to one side,
    of 18 mm and of 10, or for 20 ms if one is of 5: what was seen there is something else's.

    Args:
        height: float ``[columns]``, rows from the middle of the row; NaN where none was seen.

    Returns:
        int ``[columns]``: to which side the tip lies, -1 or 1; 0 where the trace is not lost.

    Example:
        >>> lost_tips(np.array([0.0, 30, 60, 90, -4, 5, 85, 30, 0])).tolist()
        [0, 0, 0, 0, 1, 1, 0, 0, 0]
    """
    lost = np.zeros(height.size, int)
    for side in (-1, 1):
        out = np.nan_to_num(side * height, nan=-np.inf)
        for back, longest in LEAPS:
            there = np.flatnonzero(out >= back)
            apart = np.diff(there) - 1
            for place in np.flatnonzero((apart > 0) & (apart <= longest)):
                last, first = there[place : place + 2]
                ends = out[[last, first]]
                if ends.max() >= FAR and out[last + 1 : first].max() < ends.min() / 2:
                    lost[last + 1 : first] = side
    return lost


def with_tips(y: np.ndarray, darkness: np.ndarray, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """A trace with the tips of its tall complexes, as far as their ink goes.

    Args:
        y: float ``[columns]``, the trace, in rows of the plane; NaN where none was seen.
        darkness: ``[rows, columns]`` of the plane.
        middle: the row around which the trace was looked for.

    Returns:
        The trace, NaN where a tip is lost of which no ink tells; and float ``[columns]``, how far
        it may be off where a tip was added, in rows: 0 elsewhere.

    Example:
        >>> darkness = np.zeros((300, 9))
        >>> darkness[20:140, 4] = darkness[130:150] = 200
        >>> y = np.array([140.0, 140, 140, 100, 60, 100, 140, 140, 140])
        >>> with_tips(y, darkness, middle=140)[0][[3, 4, 5]].tolist()
        [100.0, 21.5, 100.0]
    """
    lost = lost_tips(y - middle)
    told, off = np.where(lost == 0, y, np.nan), np.zeros(y.size)
    least = INK * _own_darkness(told, darkness)
    for side in (-1, 1):
        for first, after in _tips(side * (told - middle), lost == side):
            before = told[first:after]
            reach = _reach(darkness[:, first:after] >= least, before, side)
            if reach is None:
                continue
            at, end = reach
            columns, seen = np.arange(first, after), np.isfinite(told)
            corners = [first - 1, first + at, after], [told[first - 1], end, told[after]]
            flanks = np.interp(columns, *corners)
            added = side * np.fmax(side * flanks, side * before)  # steeper where it was seen so
            straight = np.interp(columns, np.flatnonzero(seen), told[seen])
            off[first:after] = DOUBT * np.abs(added - straight)
            told[first:after] = added
    return told, off


def _own_darkness(y: np.ndarray, darkness: np.ndarray) -> float:
    """How dark the ink of a trace is."""
    columns = np.flatnonzero(np.isfinite(y))
    if not columns.size:
        return np.inf
    rows = np.clip(np.round(y[columns]).astype(int), 0, len(darkness) - 1)
    return float(np.median(darkness[rows, columns]))


def _tips(out: np.ndarray, lost: np.ndarray) -> Iterator[tuple[int, int]]:
    """The columns ``[first, after)`` of each tip, beside which the trace is seen."""
    is_out = (np.nan_to_num(out, nan=-np.inf) >= OUT) | lost
    edges = np.flatnonzero(np.diff(is_out, prepend=False, append=False)).reshape(-1, 2)
    for first, after in edges:
        if not (first > 0 and after < out.size and after - first <= WIDEST):
            continue
        highest = np.nanmax(out[first:after], initial=-np.inf)
        if highest >= FAR and np.isfinite(out[[first - 1, after]]).all():
            yield int(first), int(after)


def _reach(ink: np.ndarray, y: np.ndarray, side: int) -> tuple[int, float] | None:
    """Where the ink of a tip ends: its column, from the first, and row; None if not farther out.

    It is followed in each column from the height at which the trace was seen last. Most columns
    must tell: a line of the grid leads one of them astray.
    """
    start = int(np.clip(round(np.nanmax(side * y) * side), 0, len(ink) - 1))
    beyond = ink[start::side]
    ends = np.where(beyond.all(axis=0), len(beyond), beyond.argmin(axis=0))
    there = np.flatnonzero((ends > 0) & (ends < FARTHEST))
    if not there.size:
        return None
    reach = float(np.median(ends[there]))
    if reach < LEAST:
        return None
    at = round(there[ends[there] >= reach].mean())
    return at, start + side * (reach - 1 - HALF_STROKE)
