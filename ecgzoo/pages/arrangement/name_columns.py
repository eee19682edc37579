"""Columns of names: those of a sheet stand below one another; other words do not."""

from __future__ import annotations

import numpy as np

from ecgzoo.pages.arrangement.marks import Name
from ecgzoo.pages.sheets.sheet import TWELVE

COUNTS = 1, 2, 3, 4
ALIGNED = 3.0  # mm by which names of a column may be off
BEFORE, BEHIND = 14.0, 10.0  # mm from where a lead begins to its name
ENOUGH = 0.8  # of what the best number of columns explains


def aligned_names(
    names: list[Name], left: float, right: float, counts: tuple[int, ...] = COUNTS
) -> tuple[int, list[list[Name]]]:
    """The number of columns, and the names of each.

    Args:
        names: all that look like names of leads.
        left: the x where rows begin.
        right: where they end.
        counts: numbers of columns that are thought of.

    Returns:
        The fewest columns that explain nearly as much as any number does.

    Example:
        >>> names = [Name("I", 21.0, 50.0, 0.9), Name("V1", 146.0, 50.0, 0.9)]
        >>> aligned_names(names + [Name("II", 90.0, 9.0, 0.8)], 20.0, 270.0)[0]
        2
    """
    x, sure = (np.array([getattr(name, what) for name in names]) for what in ("x", "sure"))
    leads = np.array([[name.lead == lead for name in names] for lead in TWELVE])
    best = {}
    for count in counts:
        starts = left + np.arange(count) * (right - left) / count
        offsets = np.arange(-BEFORE, BEHIND, 0.5)
        away = np.abs(x - starts[:, None] - offsets[:, None, None])  # [offsets, columns, names]
        fitting = (np.maximum(1 - away / ALIGNED, 0) * sure).max(axis=1)
        explained = (fitting[:, None] * leads).max(axis=2).sum(axis=1)  # each lead once
        place = int(explained.argmax())
        best[count] = float(explained[place]), starts + offsets[place]
    most = max(explained for explained, _ in best.values())
    count = min(count for count in counts if best[count][0] >= ENOUGH * most)
    starts = best[count][1]
    return count, [[name for name in names if abs(name.x - start) < ALIGNED] for start in starts]
