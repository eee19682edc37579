"""Leads in their places: what the names say, each lead once, and what common layouts suggest."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.lead_rows import Cells, lead_rows
from ecgzoo.pages.arrangement.marks import Name
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE

Rows = tuple[tuple[str, ...], ...]

DOUBT = 0.02  # probability that a name is any other than it looks
COMMON = 4.0  # nats by which the names may speak against a common layout
MOSTLY_READ = 0.75  # share of names that must be read: what follows from a layout is a guess
LEAST_READ = 0.5  # the same if they are of every row and of every column
CLEAR = 3.0  # nats by which names must speak for an order of their own against any other
UNSURE = 0.1  # of the likeliest name's probability: a name that has as much may be meant
NEVER = -1e3


def leads_of(cells: Cells, known: Rows | None = None) -> tuple[list[tuple[str, ...]], float]:
    """The leads of each row, and the share of names that were read.

    Args:
        cells: the name at each beginning of each row, if one was read.
        known: the leads of each row, if they are known; rows below these are strips.

    Raises:
        SheetError: if names are missing that no common layout tells, or the known one is not there.
    """
    block = lead_rows(cells) if known is None else slice(0, len(known))
    main, strips = cells[block], [*cells[: block.start], *cells[block.stop :]]
    rows = _placed(main) if known is None else _as_known(main, known)
    shown = {lead for row in rows for lead in row}
    leads = [_strip(row) for row in strips]
    if alone := [row[0] for row in leads if row[0] not in shown]:
        raise SheetError(f"a strip of {alone[0]} on a sheet that shows it nowhere else")
    there = np.array([[name is not None for name in row] for row in main])
    read = float(there.mean())
    if known is None and read < (LEAST_READ if _is_framed(there) else MOSTLY_READ):
        raise SheetError(f"only {read:.0%} of the names of leads")
    return [*leads[: block.start], *rows, *leads[block.start :]], read


def other_names(name: Name | None) -> tuple[str, ...]:
    """What a strip's name may be as well.

    Example:
        >>> chances = (0.0,) * 6 + (0.5, 0.3, 0.01, 0.0, 0.0, 0.0)
        >>> other_names(Name("V1", 20.0, 50.0, 0.8, chances))
        ('V2',)
    """
    if name is None:
        return ()
    least = UNSURE * max(name.chances)
    likely = [lead for lead, sure in zip(TWELVE, name.chances, strict=True) if sure > least]
    return tuple(lead for lead in likely if lead != name.lead)


def _is_framed(there: np.ndarray) -> bool:
    """Whether each row and each column has a name that was read: none is another's, then."""
    return bool(there.any(axis=0).all() and there.any(axis=1).all())


def _strip(row: list[Name | None]) -> tuple[str, ...]:
    if row[0] is None:
        raise SheetError("a row without a name")
    return (row[0].lead,)


def _as_known(cells: Cells, known: Rows) -> Rows:
    """The known leads, if there are as many places and no name speaks against them."""
    shape = len(known), len(known[0])
    if (len(cells), len(cells[0]) if cells else 0) != shape:
        raise SheetError(f"{len(cells)} rows where the layout has {shape[0]} of {shape[1]} leads")
    names = [name for row in cells for name in row]
    support = np.array([_support(name) for name in names])
    likeliest = support[linear_sum_assignment(support, maximize=True)].sum()
    if _score(known, support) < likeliest - COMMON:
        raise SheetError("names of leads that are not where the layout has them")
    return known


def _placed(cells: Cells) -> Rows:
    """Each cell's lead, none of them twice: a common layout's if the names allow it."""
    if not cells:
        raise SheetError("strips alone")
    names = [name for row in cells for name in row]
    if len(names) > len(TWELVE):
        raise SheetError(f"places for {len(names)} leads")
    support = np.array([_support(name) for name in names])
    places, leads = linear_sum_assignment(support, maximize=True)
    free, shape = support[places, leads].sum(), (len(cells), len(cells[0]))
    common = [
        (_score(rows, support), rows)
        for rows in LAYOUTS.values()
        if (len(rows), len(rows[0])) == shape
    ]
    score, rows = max(common, default=(-np.inf, ()))
    if score >= free - COMMON:
        return rows
    if free - _second(support, leads) < CLEAR:
        raise SheetError(
            "names of leads that may be others', and no common layout that has just these there"
        )
    flat = [TWELVE[lead] for lead in leads]
    return tuple(tuple(flat[at : at + shape[1]]) for at in range(0, len(flat), shape[1]))


def _second(support: np.ndarray, leads: np.ndarray) -> float:
    """The log-probability of the second likeliest arrangement: some place has another lead."""
    found = -np.inf
    for place, lead in enumerate(leads):
        other = support.copy()
        other[place, lead] = NEVER
        found = max(found, float(other[linear_sum_assignment(other, maximize=True)].sum()))
    return found


def _score(rows: Rows, support: np.ndarray) -> float:
    """The log-probability of leads in their places."""
    leads = [TWELVE.index(lead) for row in rows for lead in row]
    return float(support[range(len(leads)), leads].sum())


def _support(name: Name | None) -> np.ndarray:
    """The log-probability of each lead, by its name."""
    chances = np.full(len(TWELVE), 1 / len(TWELVE)) if name is None else np.array(name.chances)
    return np.log(DOUBT / len(TWELVE) + (1 - DOUBT) * chances / max(chances.sum(), 1e-9))
