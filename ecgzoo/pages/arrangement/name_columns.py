"""Columns of names: those of a sheet stand below one another, each once; other words do not."""

from __future__ import annotations

import numpy as np

from ecgzoo.pages.arrangement.marks import Name

COUNTS = 1, 2, 3, 4
ALIGNED = 3.0  # mm by which names of a column may be off
BEFORE, BEHIND = 14.0, 10.0  # mm from where a lead begins to its name
SURE = 0.3  # mean probability of a name: what is fainter must stand straight below the others
ENOUGH = 0.9  # of what the best number of columns explains


def aligned_names(
    names: list[Name], left: float, right: float, counts: tuple[int, ...] = COUNTS
) -> list[list[Name]]:
    """The names of each column.

    Args:
        names: all that look like names of leads.
        left: the x where rows begin.
        right: where they end.
        counts: numbers of columns that are thought of.

    Returns:
        As few columns as explain nearly as much as any number does.

    Example:
        >>> of = 0.9 * np.eye(12)
        >>> names = [Name("I", 21.0, 50.0, 0.9, of[0]), Name("V1", 146.0, 50.0, 0.9, of[6])]
        >>> words = [Name("I", 90.0, 9.0, 0.9, of[0])]
        >>> columns = aligned_names(names + words, 20.0, 270.0)
        >>> [[name.lead for name in column] for column in columns]
        [['I'], ['V1']]
    """
    x = np.array([name.x for name in names])
    chances = np.array([name.chances for name in names]).T
    best = {}
    for count in counts:
        starts = left + np.arange(count) * (right - left) / count
        offsets = np.arange(-BEFORE, BEHIND, 0.5)
        away = np.abs(x - starts[:, None] - offsets[:, None, None])  # [offsets, columns, names]
        fitting = np.maximum(1 - away / ALIGNED, 0).max(axis=1)
        explained = (fitting[:, None] * chances).max(axis=2).sum(axis=1)  # each lead once
        place = int(explained.argmax())
        best[count] = float(explained[place]), starts + offsets[place]
    most = max(explained for explained, _ in best.values())
    count = min(count for count in counts if best[count][0] >= ENOUGH * most)
    starts = best[count][1]
    near = {True: ALIGNED, False: ALIGNED / 2}
    return [
        [name for name in names if abs(name.x - start) < near[name.sure > SURE]] for start in starts
    ]
