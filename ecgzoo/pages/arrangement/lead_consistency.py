"""Whether the leads that were read can be of one heart, named as they are."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ecgzoo.pages.sheets.sheet import TWELVE

SUMS = {
    "II is not I + III": {"I": 1.0, "III": 1.0, "II": -1.0},
    "aVR + aVL + aVF is not 0": {"aVR": 1.0, "aVL": 1.0, "aVF": 1.0},
    "aVR is not -(I + II) / 2": {"aVR": 1.0, "I": 0.5, "II": 0.5},
    "aVF - aVR is not 1.5 II": {"aVF": 1.0, "aVR": -1.0, "II": -1.5},
    "aVL - aVR is not 1.5 I": {"aVL": 1.0, "aVR": -1.0, "I": -1.5},
    "aVF is not (II + III) / 2": {"aVF": 1.0, "II": -0.5, "III": -0.5},
}
"""Einthoven's and Goldberger's laws as sums of simultaneous leads that vanish.

The last two are of the columns of Cabrera's order.
"""

LIMB = 6  # of the twelve leads, the first: laws are of these
GROSS = 0.1  # mV that a sum is off
SHARE = 0.5  # of the RMS of its parts
STRIP_SHARE = 0.3  # the same of a strip and its lead, which are one trace
LEAST_SECONDS = 1.0


def contradictions(leads: np.ndarray, rate: float) -> dict[str, float]:
    """The laws that leads break, and by how much: the RMS in mV.

    Args:
        leads: float ``[samples, 12]`` in mV, NaN where nothing is printed; simultaneous.
        rate: in Hz.

    Example:
        >>> leads = np.zeros((500, 12))
        >>> leads[:, :3] = np.sin(np.arange(500) / 9)[:, None] * [1.0, 1.5, 0.5]
        >>> list(contradictions(leads, 200))[:2]
        ['aVR is not -(I + II) / 2', 'aVF - aVR is not 1.5 II']
    """
    off = {law: _off(_parts(leads, law), rate) for law in SUMS}
    return {law: by for law, by in off.items() if by}


def errors_by_law(broken: dict[str, float]) -> dict[str, float]:
    """How far off leads may be that broken laws name, in mV; one of each law's is.

    Args:
        broken: as of :func:`contradictions`.

    Example:
        >>> leads = np.zeros((500, 12))
        >>> leads[:, 0] = np.sin(np.arange(500) / 9)
        >>> found = errors_by_law(contradictions(leads, 200))
        >>> {lead: round(off, 1) for lead, off in found.items()}
        {'I': 0.7, 'III': 0.7, 'II': 0.7, 'aVR': 1.1, 'aVL': 1.1}
    """
    found: dict[str, float] = {}
    for law, off in broken.items():
        for lead, weight in SUMS[law].items():
            found[lead] = max(found.get(lead, 0.0), off / max(abs(weight), 1.0))
    return found


def names_exchanged(leads: np.ndarray, rate: float) -> bool:
    """Whether laws are broken that would hold if two leads had each other's name.

    Example:
        >>> leads = np.full((500, 12), np.nan)
        >>> leads[:, :3] = np.sin(np.arange(500) / 9)[:, None] * [1.5, 1.0, 0.5]  # II, I, III
        >>> names_exchanged(leads, 200)
        True
    """
    if not contradictions(leads, rate):
        return False
    for one, other in combinations(range(LIMB), 2):
        order = np.arange(leads.shape[1])
        order[[one, other]] = other, one
        if not contradictions(leads[:, order], rate):
            return True
    return False


def is_inverted(leads: np.ndarray, rate: float) -> bool:
    """Whether aVR is printed upside down: every law that it breaks holds if it is turned over."""
    turned = leads.copy()
    turned[:, TWELVE.index("aVR")] *= -1
    broken = [law for law in contradictions(leads, rate) if "aVR" in law]
    return bool(broken) and not any("aVR" in law for law in contradictions(turned, rate))


def strip_off(strip: np.ndarray, lead: np.ndarray, rate: float) -> float:
    """How far a strip is off the lead that it repeats: the RMS in mV; 0 if that is little.

    Args:
        strip: float ``[samples]`` in mV, NaN where nothing was seen, while its lead is printed.
        lead: the same of the lead.
        rate: in Hz.

    Example:
        >>> lead = np.sin(np.arange(500) / 9)
        >>> strip_off(1.1 * lead, lead, 200), round(strip_off(0.5 * lead, lead, 200), 2)
        (0.0, 0.35)
    """
    return _off(np.stack([strip, -lead]), rate, STRIP_SHARE)


def _off(traces: np.ndarray, rate: float, share: float = SHARE) -> float:
    """The RMS of a sum that should vanish, in mV; 0 if it is small, or seen too briefly."""
    traces = traces[:, np.isfinite(traces).all(axis=0)]
    if traces.shape[1] < LEAST_SECONDS * rate:
        return 0.0
    traces = traces - traces.mean(axis=1, keepdims=True)
    off = float(np.sqrt(np.mean(traces.sum(axis=0) ** 2)))
    least = max(GROSS, share * np.sqrt(np.mean(traces**2) * len(traces)))
    return off if off > least else 0.0


def _parts(leads: np.ndarray, law: str) -> np.ndarray:
    """The parts of a law's sum, ``[parts, samples]``."""
    return np.stack([weight * leads[:, TWELVE.index(lead)] for lead, weight in SUMS[law].items()])
