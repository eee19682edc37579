"""How well leads were read off a page: the signal-to-noise ratio beside what was printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LAG = 0.2  # seconds by which a lead may lie earlier or later


@dataclass(frozen=True, eq=False)
class Accepting:
    """The ROC of accepting leads by their expected error: the surest first, then ever more.

    Attributes:
        expected: the largest expected error that is accepted, in mV, rising; nothing is, at first.
        off: the share of the leads that are off which are accepted then.
        others: the same of the other leads.
        area: how often a lead that is off has the larger expected error of the two, ties by half;
            NaN where all leads are off, or none.
    """

    expected: np.ndarray
    off: np.ndarray
    others: np.ndarray
    area: float


def accepting(errors: Sequence[tuple[float, float]], most: float) -> Accepting:
    """What the expected errors of leads are worth: who accepts by them accepts which leads?

    Args:
        errors: of each lead, the RMS error that was expected and the one there is, in mV.
        most: the error in mV beyond which a lead is off.

    Example:
        >>> found = accepting([(0.02, 0.01), (0.05, 0.2), (0.06, 0.05), (0.3, 0.4)], most=0.1)
        >>> found.off.tolist(), found.others.tolist(), found.area
        ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0], 0.75)
    """
    expected, there = np.array(errors, float).reshape(-1, 2).T
    levels, place = np.unique(expected, return_inverse=True)
    sides = there > most, there <= most
    counts = [np.bincount(place[side], minlength=len(levels)) for side in sides]
    off, others = (np.append(0, count.cumsum()) / max(count.sum(), 1) for count in counts)
    known = all(count.any() for count in counts)
    area = float(np.trapezoid(others, off)) if known else float("nan")
    return Accepting(np.append(0.0, levels), off, others, area)


def signal_to_noise(printed: np.ndarray, read: np.ndarray, rate: float, lag: float = LAG) -> float:
    """The signal-to-noise ratio in dB, its leads pooled.

    Of each lead the best shift up to ``lag`` and the best offset are taken, as in the Kaggle
    competition on digitising ECGs (PhysioNet, 2025); what was not read counts as a flat line.

    Args:
        printed: float ``[samples, leads]`` in mV, NaN where nothing of a lead is printed.
        read: the same of what was read; NaN where nothing was.
        rate: of both, in Hz.
        lag: in seconds.

    Returns:
        Ten times the decimal logarithm of the leads' power, without their means, over that of what
        is left of them; NaN if nothing is printed.

    Raises:
        ValueError: if the shapes differ.

    Example:
        >>> printed = np.sin(np.arange(1000) / 9)[:, None]
        >>> late = np.sin(np.arange(-20, 980) / 9)[:, None] + 0.3
        >>> [round(signal_to_noise(printed, late, 500, lag)) for lag in (0, 0.2)]
        [-5, 13]
        >>> round(signal_to_noise(printed, 1.1 * printed, 500))
        20
    """
    if printed.shape != read.shape:
        raise ValueError(f"expected {printed.shape} as printed; got {read.shape}")
    power = noise = 0.0
    for lead in range(printed.shape[1]):
        there = np.flatnonzero(np.isfinite(printed[:, lead]))
        if there.size == 0:
            continue
        values = printed[there, lead] - printed[there, lead].mean()
        power += float(values @ values)
        noise += _least_noise(values, there, read[:, lead], round(lag * rate))
    if power == 0:
        return float("nan")
    return float(10 * np.log10(power / max(noise, 1e-14 * power)))


def rms_left(printed: np.ndarray, decibels: float) -> float:
    """What a signal-to-noise ratio leaves of a lead: the root mean square, in the lead's unit.

    Args:
        printed: float ``[samples]``, NaN where nothing is printed.
        decibels: of what was read of it, as of :func:`signal_to_noise`.

    Example:
        >>> round(rms_left(np.array([-1.0, 1.0, np.nan]), 20), 3)
        0.1
    """
    return float(np.nanstd(printed) * 10 ** (-decibels / 20))


def _least_noise(values: np.ndarray, places: np.ndarray, read: np.ndarray, most: int) -> float:
    """What is left of a lead after the best shift of what was read of it."""
    seen = np.flatnonzero(np.isfinite(read))
    if seen.size < 2:
        return float(values @ values)
    left = []
    for shift in range(-most, most + 1):
        found = np.interp(places + shift, seen, read[seen])
        found -= found.mean()
        left.append(float(((values - found) ** 2).sum()))
    return min(left)
