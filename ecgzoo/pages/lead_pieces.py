"""The leads of a sheet as pieces: each as often as it is printed, in millivolts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ecgzoo.pages.arrangement.lead_consistency import is_inverted
from ecgzoo.pages.row_reading import expected_rms
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM, TWELVE

PEN = 1.0  # columns: the standard deviation of what blunts the tips of a trace
SHARPER, MOST = 0.4, 8.0  # of what blunting takes, and rows at most: fitted to 13 drawn sheets


class Piece(NamedTuple):
    """One lead as it is printed once.

    Attributes:
        lead: its name.
        first: the sample of the sheet's time at which it begins.
        millivolts: float ``[samples]``; NaN where it was not seen.
        error: the RMS error to be expected where it was seen, tips that were added included, in mV.
        strip: whether its row holds it alone, below rows that hold more.
        also: leads that its printed name may be as well.
    """

    lead: str
    first: int
    millivolts: np.ndarray
    error: float
    strip: bool
    also: tuple[str, ...] = ()


def pieces_of(read: SheetRead) -> list[Piece]:
    """The leads of a sheet, row by row; aVR is turned over if it is printed upside down."""
    sheet = read.arrangement.sheet
    columns = max(map(len, sheet.rows))
    start = round(sheet.left * COLUMNS_PER_MM)
    step = PIXELS_PER_MM * sheet.gain
    found = []
    for place, (names, row) in enumerate(zip(sheet.rows, read.rows, strict=True)):
        also = read.arrangement.also.get(place, ())
        ends = [round(x * COLUMNS_PER_MM) for x in sheet.row_boundaries(names)]
        zero = np.nanmedian(row.y[ends[0] : ends[-1]])
        trace = _apart(row.y, ends[1:-1])
        for lead, first, last in zip(names, ends, ends[1:], strict=False):
            y = trace[first:last]
            added = np.sqrt(np.mean(row.added[first:last] ** 2))
            error = np.hypot(expected_rms(row.spread[first:last][np.isfinite(y)]), added) / step
            strip = len(names) < columns
            found.append(Piece(lead, first - start, (zero - y) / step, error, strip, also))
    if not is_inverted(placed(found), rate_of(read)):
        return found
    return [one._replace(millivolts=-one.millivolts) if one.lead == "aVR" else one for one in found]


def _apart(trace: np.ndarray, borders: list[int]) -> np.ndarray:
    """A row's trace, unseen beside borders: the column there may be the neighbour's.

    Where leads meet is told to a column, and its trace may leap there by a millivolt.
    """
    beside = [border + side for border in borders for side in (-1, 0)]
    apart = trace.copy()
    apart[beside] = np.nan
    return apart


def sharpened(pieces: list[Piece], read: SheetRead) -> list[Piece]:
    """The pieces with sharper tips: a pen and columns as wide as a complex blunt it."""
    step = PIXELS_PER_MM * read.arrangement.sheet.gain
    return [one._replace(millivolts=sharper(one.millivolts * step) / step) for one in pieces]


def sharper(trace: np.ndarray) -> np.ndarray:
    """A trace with sharper tips, by unsharp masking: a part of what blunting would take is added.

    Args:
        trace: float ``[columns]``, in rows; NaN where none was seen.

    Example:
        >>> sharper(np.array([9.0, 9, 9, 4, 9, 9, 9])).round(1).tolist()
        [9.0, 9.1, 9.5, 2.8, 9.5, 9.1, 9.0]
    """
    seen = np.isfinite(trace)
    if not seen.any():
        return trace
    whole = np.interp(np.arange(trace.size), np.flatnonzero(seen), trace[seen])
    taken = np.clip(whole - ndimage.gaussian_filter1d(whole, PEN), -MOST, MOST)
    return np.where(seen, whole + SHARPER * taken, np.nan)


def placed(pieces: list[Piece]) -> np.ndarray:
    """The twelve leads when they are printed: float ``[samples, 12]``, NaN where none was seen."""
    leads = np.full((max(one.first + len(one.millivolts) for one in pieces), len(TWELVE)), np.nan)
    for one in sorted(pieces, key=lambda one: not one.strip):  # the strips first
        there = leads[one.first : one.first + len(one.millivolts), TWELVE.index(one.lead)]
        there[:] = np.where(np.isnan(one.millivolts), there, one.millivolts)
    return leads


def rate_of(read: SheetRead) -> float:
    """Samples per second of what is read off a sheet."""
    return COLUMNS_PER_MM * read.arrangement.sheet.speed
