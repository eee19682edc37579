"""How well limb leads were read, told by themselves: six say what two would, so they check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ecgzoo.limb_leads import DERIVED
from ecgzoo.pages.sheets.sheet import TWELVE

LIMB = "I", "II", *DERIVED
SHARES = np.array([(1.0, 0.0), (0.0, 1.0), *DERIVED.values()])
"""What each limb lead has of I and II."""

CHECKED = 3  # leads at one time, of which two tell what the third should be
TOLD = 4  # leads at one time: three of them are checked when one is taken away
AGREE = 0.05  # mV by which the others may miss the laws: then none is off by more than about 0.1
APART = 2.0  # times what they miss: so much they must while any other lead is taken away
LEAST_SECONDS = 1.0


class Misread(NamedTuple):
    """A lead, and the RMS in mV by which it is off what the others make of it."""

    lead: str
    off: float


def limb_error(leads: np.ndarray, rate: float) -> float:
    """The RMS error of limb leads that the laws tell, in mV; 0 where too few are printed together.

    Args:
        leads: float ``[samples, 12]`` in mV, NaN where nothing is printed; simultaneous.
        rate: in Hz.

    Example:
        >>> leads = np.full((500, 12), np.nan)
        >>> leads[:, :6] = np.sin(np.arange(500) / 9)[:, None] * [1, 1.5, 0.5, -1.25, 0.25, 1]
        >>> errors = np.random.default_rng(0).normal(0, 0.05, (500, 6))
        >>> leads[:, :6] += errors
        >>> round(limb_error(leads, 200), 2)
        0.05
    """
    squares = free = 0.0
    for names, seen in _together(leads, rate):
        weight = len(seen) * (len(names) - SHARES.shape[1])
        squares += weight * _missed(names, seen) ** 2
        free += weight
    return float(np.sqrt(squares / free)) if free else 0.0


def misread_lead(leads: np.ndarray, rate: float) -> Misread | None:
    """The one limb lead without which the others obey the laws, closely.

    Args:
        leads: as of :func:`limb_error`.
        rate: in Hz.

    Returns:
        None where there is no such lead, or more than one, or too few are printed at one time.

    Example:
        >>> leads = np.full((500, 12), np.nan)
        >>> leads[:, :6] = np.sin(np.arange(500) / 9)[:, None] * [1, 1.5, 0.5, -1.25, 0.25, 1]
        >>> leads[:100, 5] += 2
        >>> misread_lead(leads, 200)
        Misread(lead='aVF', off=0.8)
    """
    together = [(names, seen) for names, seen in _together(leads, rate) if len(names) >= TOLD]
    if not together:
        return None
    names, seen = max(together, key=lambda one: len(one[1]))
    missed = [
        _missed(np.delete(names, place), np.delete(seen, place, 1)) for place in range(len(names))
    ]
    likeliest, second = np.argsort(missed)[:2]
    if missed[likeliest] > AGREE or missed[second] < max(APART * missed[likeliest], AGREE):
        return None
    others, lead = np.delete(names, likeliest), names[likeliest]
    made = _of_two(others, np.delete(seen, likeliest, 1)) @ SHARES[lead]
    off = np.sqrt(np.mean((seen[:, likeliest] - made) ** 2))
    return Misread(LIMB[lead], round(float(off), 3))


def _together(leads: np.ndarray, rate: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Limb leads that are printed together and checked by a law, and their traces without means."""
    limb = leads[:, [TWELVE.index(lead) for lead in LIMB]]
    there = np.isfinite(limb)
    for which in np.unique(there, axis=0):
        names, seen = np.flatnonzero(which), limb[(there == which).all(axis=1)][:, which]
        if len(names) >= CHECKED and len(seen) >= LEAST_SECONDS * rate:
            yield names, seen - seen.mean(axis=0)


def _of_two(names: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """What I and II could best be: ``[samples, 2]``."""
    return np.asarray(seen @ np.linalg.pinv(SHARES[names]).T)


def _missed(names: np.ndarray, seen: np.ndarray) -> float:
    """The RMS by which leads miss what I and II could best be, per lead that is not free."""
    made = _of_two(names, seen) @ SHARES[names].T
    free = seen.shape[1] - SHARES.shape[1]
    return float(np.sqrt(((seen - made) ** 2).sum() / (free * len(seen))))
