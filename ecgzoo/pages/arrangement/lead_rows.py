"""The rows that show the leads, told from strips: their names are each another's."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from ecgzoo.pages.arrangement.marks import Name
from ecgzoo.pages.sheets.sheet import TWELVE

Cells = list[list[Name | None]]


def lead_rows(cells: Cells) -> slice:
    """Which rows show the leads: as many as there can be, one below the other; the rest are strips.

    Args:
        cells: the name at each beginning of each row, if one was read; rows from the top.

    Example:
        >>> one, two = ([Name(TWELVE[at], 20, 50, 0.9, tuple(np.eye(12)[at]))] for at in (0, 1))
        >>> lead_rows([[*one, *two], [*two, None]])
        slice(0, 1, None)
    """
    if not cells:
        return slice(0, 0)
    tall = min(len(TWELVE) // len(cells[0]), len(cells))
    blocks = [slice(top, top + tall) for top in range(len(cells) - tall + 1)]
    best = blocks[int(np.argmax([_named(cells[block]) for block in blocks]))]
    while best.stop - best.start > 1 and _is_strip(cells[best]):
        best = slice(best.start, best.stop - 1)
    return best


def _named(cells: Cells) -> float:
    """How many of the twelve leads are named, each once and in a place of its own."""
    chances = np.array([name.chances for row in cells for name in row if name is not None])
    if not chances.size:
        return 0.0
    places = linear_sum_assignment(chances, maximize=True)
    return float(chances[places].sum())


def _is_strip(cells: Cells) -> bool:
    """Whether the last row has a first name alone, which stands above it as well."""
    first, *others = cells[-1]
    above = {name.lead for row in cells[:-1] for name in row if name is not None}
    return first is not None and len(cells[-1]) > 1 and not any(others) and first.lead in above
