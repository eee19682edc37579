"""A limb lead that was misread, told by the others: six say what two would, so they check it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecgzoo.limb_leads import DERIVED
from ecgzoo.pages.sheets.sheet import TWELVE

LIMB = "I", "II", *DERIVED
SHARES = np.array([(1.0, 0.0), (0.0, 1.0), *DERIVED.values()])
"""What each limb lead has of I and II."""

FEWEST = 4  # leads at one time: three of them are checked by a law when one is taken away
AGREE = 0.05  # mV by which the others may miss the laws: then none is off by more than about 0.1
APART = 2.0  # times what they miss: so much they must while any other lead is taken away
LEAST_SECONDS = 1.0


class Misread(NamedTuple):
    """A lead, and the RMS in mV by which it is off what the others make of it."""

    lead: str
    off: float


def misread_lead(leads: np.ndarray, rate: float) -> Misread | None:
    """The one limb lead without which the others obey the laws, closely.

    Args:
        leads: float ``[samples, 12]`` in mV, NaN where nothing is printed; simultaneous.
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
    names, seen = _longest_together(leads[:, [TWELVE.index(lead) for lead in LIMB]])
    if len(names) < FEWEST or len(seen) < LEAST_SECONDS * rate:
        return None
    missed = [
        _missed(np.delete(names, place), np.delete(seen, place, 1)) for place in range(len(names))
    ]
    likeliest, second = np.argsort(missed)[:2]
    if missed[likeliest] > AGREE or missed[second] < max(APART * missed[likeliest], AGREE):
        return None
    others = np.delete(names, likeliest)
    made = (
        np.delete(seen, likeliest, 1) @ np.linalg.pinv(SHARES[others]).T @ SHARES[names[likeliest]]
    )
    off = np.sqrt(np.mean((seen[:, likeliest] - made) ** 2))
    return Misread(LIMB[names[likeliest]], round(float(off), 3))


def _longest_together(leads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which leads are printed together for longest, of those with most leads, and their traces."""
    there = np.isfinite(leads)
    sets, counts = np.unique(there, axis=0, return_counts=True)
    best = max(range(len(sets)), key=lambda one: (sets[one].sum() >= FEWEST, counts[one]))
    seen = leads[(there == sets[best]).all(axis=1)][:, sets[best]]
    return np.flatnonzero(sets[best]), seen - seen.mean(axis=0)


def _missed(names: np.ndarray, seen: np.ndarray) -> float:
    """The RMS by which leads miss what I and II could best be, per lead that is not free."""
    made = seen @ np.linalg.pinv(SHARES[names]).T @ SHARES[names].T
    free = seen.shape[1] - SHARES.shape[1]
    return float(np.sqrt(((seen - made) ** 2).sum() / (free * len(seen))))
