"""How well leads were read off a page: the signal-to-noise ratio beside what was printed."""

from __future__ import annotations

import numpy as np

LAG = 0.2  # seconds by which a lead may lie earlier or later


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
