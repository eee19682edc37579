"""Whether the leads that were read can be of one heart, named as they are."""

from __future__ import annotations

import numpy as np

from ecgzoo.pages.sheets.sheet import TWELVE

SUMS = {
    "II is not I + III": {"I": 1.0, "III": 1.0, "II": -1.0},
    "aVR + aVL + aVF is not 0": {"aVR": 1.0, "aVL": 1.0, "aVF": 1.0},
    "aVR is not -(I + II) / 2": {"aVR": 1.0, "I": 0.5, "II": 0.5},
    "aVF - aVR is not 1.5 II": {"aVF": 1.0, "aVR": -1.0, "II": -1.5},
}
"""Einthoven's and Goldberger's laws as sums of simultaneous leads that vanish."""

GROSS = 0.1  # mV that a sum is off
SHARE = 0.5  # of the RMS of its parts
LEAST_SECONDS = 1.0
LIKE = 0.8  # correlation of a strip with its lead


def contradictions(leads: np.ndarray, rate: float) -> list[str]:
    """The laws that leads break.

    Args:
        leads: float ``[samples, 12]`` in mV, NaN where nothing is printed; simultaneous.
        rate: in Hz.

    Example:
        >>> leads = np.zeros((500, 12))
        >>> leads[:, :3] = np.sin(np.arange(500) / 9)[:, None] * [1.0, 1.5, 0.5]
        >>> contradictions(leads, 200)
        ['aVR is not -(I + II) / 2', 'aVF - aVR is not 1.5 II']
    """
    return [law for law, parts in SUMS.items() if _off(leads, parts, rate)]


def is_inverted(leads: np.ndarray, rate: float) -> bool:
    """Whether aVR is printed upside down: every law that it breaks holds if it is turned over."""
    turned = leads.copy()
    turned[:, TWELVE.index("aVR")] *= -1
    broken = [law for law in contradictions(leads, rate) if "aVR" in law]
    return bool(broken) and not any("aVR" in law for law in contradictions(turned, rate))


def _off(leads: np.ndarray, parts: dict[str, float], rate: float) -> bool:
    traces = np.stack([weight * leads[:, TWELVE.index(lead)] for lead, weight in parts.items()])
    traces = traces[:, np.isfinite(traces).all(axis=0)]
    if traces.shape[1] < LEAST_SECONDS * rate:
        return False
    traces = traces - traces.mean(axis=1, keepdims=True)
    off = np.sqrt(np.mean(traces.sum(axis=0) ** 2))
    return bool(off > GROSS and off > SHARE * np.sqrt(np.mean(traces**2) * len(traces)))
