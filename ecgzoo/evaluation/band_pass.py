"""A band of a signal, without delay; its filter is designed once, which takes longer than it."""

from __future__ import annotations

import functools

import numpy as np


def band_passed(
    signal: np.ndarray, order: int, band: tuple[float, float], rate: float, padding: int | None
) -> np.ndarray:
    """What a signal has in a band: Butterworth's filter, forth and back.

    Args:
        signal: float ``[samples, ...]``.
        order: of the filter, each way.
        band: its lowest and highest frequency in Hz.
        rate: the signal's, in Hz.
        padding: samples by which the signal is drawn out at both ends, mirrored; None for what the
            filter's order asks for.

    Returns:
        float64, of the same shape.

    Example:
        >>> seconds = np.arange(500) / 250
        >>> slow, inside = (np.sin(2 * np.pi * hertz * seconds) for hertz in (0.5, 10))
        >>> found = band_passed(slow + inside, 2, (5.0, 20.0), 250, padding=250)
        >>> bool(abs(found - inside)[100:-100].max() < 0.01)
        True
    """
    from scipy.signal import sosfiltfilt  # scipy.signal takes a moment to import

    return np.asarray(sosfiltfilt(_sections(order, *band, rate), signal, axis=0, padlen=padding))


@functools.lru_cache(maxsize=32)
def _sections(order: int, low: float, high: float, rate: float) -> np.ndarray:
    from scipy.signal import butter

    return np.asarray(butter(order, (low, high), "bandpass", fs=rate, output="sos"))
