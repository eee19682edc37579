"""Mains hum: a steady wave of 50 or 60 Hz."""

import numpy as np

MAINS = (50.0, 60.0)
SECONDS = 4.0  # of a piece: bins of a quarter of a hertz
NEAR, AROUND = 0.5, (1.5, 5.0)  # Hz from the mains' frequency: where hum is, and what else is there


def hum_of(signal: np.ndarray, rate: float, mains: float) -> np.ndarray:
    """The amplitude of hum in each piece of four seconds, above what stands around it.

    Args:
        signal: ``[samples, leads]``; pieces with a missing sample are left out.
        rate: in Hz.
        mains: in Hz.

    Returns:
        ``[pieces, leads]`` in the signal's unit; no pieces where the rate or the length is too
        small.

    Example:
        >>> time = np.arange(2000)[:, None] / 250
        >>> hum_of(0.1 * np.sin(2 * np.pi * 50 * time), 250, 50).round(3).tolist()
        [[0.1], [0.1]]
    """
    if mains + AROUND[0] >= rate / 2:
        return np.zeros((0, signal.shape[1]))
    length = round(SECONDS * rate)
    pieces = signal[: len(signal) // length * length].reshape(-1, length, signal.shape[1])
    pieces = pieces[np.isfinite(pieces).all(axis=(1, 2))]
    if not pieces.size:
        return np.zeros((0, signal.shape[1]))
    window = np.hanning(length + 1)[:-1, None]
    waves = np.abs(np.fft.rfft((pieces - pieces.mean(axis=1, keepdims=True)) * window, axis=1))
    amplitude = 2 * waves / window.sum()
    apart = np.abs(np.fft.rfftfreq(length, 1 / rate) - mains)
    at = amplitude[:, apart <= NEAR].max(axis=1)
    around = np.median(amplitude[:, (apart >= AROUND[0]) & (apart <= AROUND[1])], axis=1)
    return np.sqrt(np.clip(at**2 - around**2, 0, None))
