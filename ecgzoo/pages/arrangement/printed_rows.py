"""The printed rows of a sheet: where their traces run, told by the names and by the ink."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ecgzoo.pages.arrangement.marks import KINDS_PER_MM, Name

LEVEL = 1.5  # mm: names of one row stand at one height
REACH = 14.0  # mm from a name to its trace
BESIDE = 6.0  # mm: a trace seldom runs through its name,
BEFORE = 5.0  # mm: unless the name stands so far before it
MOST_AT_ONE = 60.0  # pixels of trace at one height that count: a flat row is no better than two
NEAR = 2.5  # mm by which one row's offset may differ from all rows'
BAND = 4.0  # mm around 0 mV where a trace is looked for
BREAK = 15.0  # mm without trace that end a row
LEAST_ROW = 40.0  # mm of trace
SAME = 4.0  # mm between the baselines of one row
WEAK = 0.3  # of the rows' median trace: what has less beside a name is no row
SHOWN = 0.7  # of a row's length that shows its trace: words that look like one show half of it
OTHER = 0.6  # of a row's length that is covered by the trace of one whose names were not read
ASIDE = 0.6  # of the distance between rows: what lies farther from all is another row's


class PrintedRow(NamedTuple):
    """A row of a sheet, in mm.

    Attributes:
        baseline: the y around which its trace runs.
        left: the x of its first ink.
        right: of its last.
        names: of leads, left to right.
    """

    baseline: float
    left: float
    right: float
    names: tuple[Name, ...]


def find_rows(trace: np.ndarray, names: list[Name], left: float) -> list[PrintedRow]:
    """The rows of a sheet, from the top.

    Args:
        trace: float ``[rows, columns]``, the probability that a trace is there, ``KINDS_PER_MM``.
        names: of leads, of which some may be none.
        left: the x where rows begin.
    """
    levels = _levels(names)
    if not levels:
        return []
    profile = ndimage.gaussian_filter1d((trace > 0.5).sum(axis=1).astype(float), 1.0)
    heights = np.array([np.median([name.y for name in level]) for level in levels])
    sure = np.array([sum(name.sure for name in level) for level in levels])
    offsets = np.arange(-REACH, REACH, 0.5)
    shown = np.array(
        [sure @ np.minimum(_at(profile, heights + off), MOST_AT_ONE) for off in offsets]
    )
    aside = np.minimum(np.abs(offsets) / BESIDE, 1)
    if np.median([min(name.x for name in level) for level in levels]) < left - BEFORE:
        aside = 1 - aside
    offset = offsets[np.argmax(shown * (0.7 + 0.3 * aside))]
    found = []
    for level, height in zip(levels, heights, strict=True):
        near = height + offset + np.arange(-NEAR, NEAR + 0.1, 0.5)
        strength = _at(profile, near)
        baseline = float(near[np.argmax(strength)])
        ends = extent(_around(trace, baseline))
        if ends is not None:
            found.append((strength.max(), PrintedRow(baseline, *ends, tuple(level))))
    usual = np.median([strength for strength, _ in found]) if found else 0
    return _merged([row for strength, row in found if strength > WEAK * usual])


def _merged(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Rows whose traces are one row's: its names stand askew."""
    merged: list[PrintedRow] = []
    for row in sorted(rows):
        if merged and row.baseline - merged[-1].baseline < SAME:
            names = sorted((*merged[-1].names, *row.names), key=lambda one: one.x)
            merged[-1] = merged[-1]._replace(names=tuple(names))
        else:
            merged.append(row)
    return merged


def shown_rows(
    trace: np.ndarray, rows: list[PrintedRow], left: float, right: float
) -> list[PrintedRow]:
    """Those of the rows whose trace is seen from where rows begin to where they end.

    Ink belongs to the row that is nearest.

    Args:
        trace: as of :func:`find_rows`.
        rows: as they were found.
        left: the x where rows begin.
        right: where they end.
    """
    baselines = np.array([row.baseline for row in rows])
    nearest = np.abs(np.arange(len(trace))[:, None] / KINDS_PER_MM - baselines).argmin(axis=1)
    inside = trace[:, round(left * KINDS_PER_MM) : round(right * KINDS_PER_MM)] > 0.5
    shown = [inside[nearest == place].any(axis=0).mean() for place in range(len(rows))]
    return [row for row, share in zip(rows, shown, strict=True) if share > SHOWN]


def has_other_row(trace: np.ndarray, rows: list[PrintedRow]) -> bool:
    """Whether a trace runs where no row is known: one whose names were not read."""
    baselines = np.array([row.baseline for row in rows])
    reach = ASIDE * np.diff(baselines).min() if len(rows) > 1 else 2 * REACH
    y = np.arange(len(trace)) / KINDS_PER_MM
    aside = np.abs(y[:, None] - baselines).min(axis=1) > reach
    near = ndimage.maximum_filter1d((trace > 0.5) & aside[:, None], round(BAND * KINDS_PER_MM), 0)
    length = max(row.right - row.left for row in rows)
    return bool(near.sum(axis=1).max() / KINDS_PER_MM > OTHER * length)


def traces_by_column(trace: np.ndarray) -> np.ndarray:
    """How much of what most columns show each column does: float ``[columns]``, 0 to 1.

    Args:
        trace: as of :func:`find_rows`.
    """
    inked = trace > 0.5
    runs = (inked[1:] & ~inked[:-1]).sum(axis=0)
    some = runs[runs > 0]
    return np.minimum(runs / max(np.median(some), 1), 1) if some.size else np.zeros(runs.shape)


def _at(profile: np.ndarray, y: np.ndarray) -> np.ndarray:
    place = np.round(y * KINDS_PER_MM).astype(int)
    inside = (place >= 0) & (place < profile.size)
    return np.where(inside, profile[np.clip(place, 0, profile.size - 1)], 0)


def _levels(names: list[Name]) -> list[list[Name]]:
    """Names by the height at which they stand, from the top."""
    ordered = sorted(names, key=lambda one: one.y)
    levels: list[list[Name]] = []
    for name in ordered:
        if levels and name.y - np.median([one.y for one in levels[-1]]) < LEVEL:
            levels[-1].append(name)
        else:
            levels.append([name])
    return levels


def _around(trace: np.ndarray, baseline: float) -> np.ndarray:
    """Whether a column has trace around a baseline."""
    top, bottom = (round((baseline + way * BAND) * KINDS_PER_MM) for way in (-1, 1))
    return np.asarray((trace[max(top, 0) : bottom + 1] > 0.5).any(axis=0))


def extent(inked: np.ndarray) -> tuple[float, float] | None:
    """The longest run of columns with ink, whose breaks are short; None if it is short."""
    places = np.flatnonzero(inked) / KINDS_PER_MM
    if places.size == 0:
        return None
    breaks = np.flatnonzero(np.diff(places) > BREAK)
    starts, ends = places[[0, *(breaks + 1)]], places[[*breaks, places.size - 1]]
    longest = int(np.argmax(ends - starts))
    left, right = float(starts[longest]), float(ends[longest])
    return (left, right) if right - left >= LEAST_ROW else None
