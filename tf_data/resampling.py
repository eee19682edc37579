"""Other sampling rates and shorter windows of a signal."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ecgzoo.errors import SignalError

LARGEST_DENOMINATOR = 1000  # of a ratio of rates: the rate is met to about one part in a million


def resample(signal: np.ndarray, from_rate: float, to_rate: float) -> np.ndarray:
    """The signal at another sampling rate, low-pass filtered where it must be.

    A polyphase filter at the ratio of the rates, taken as a fraction with a denominator of at most
    1000. The straight line from the first to the last sample is set aside while filtering, so that
    a drifting baseline does not ring at the ends.

    Args:
        signal: float ``[samples, leads]``.
        from_rate: its rate in Hz.
        to_rate: the rate wanted, in Hz.

    Returns:
        float32 ``[ceil(samples * to_rate / from_rate), leads]`` (with the ratio as a fraction).

    Raises:
        SignalError: if a rate is not above 0 Hz, the rates are more than a factor of 1000 apart,
            or the signal is not ``[samples, leads]``.

    Example:
        >>> resample(np.ones((360, 2)), from_rate=360, to_rate=196.8504).shape
        (197, 2)
    """
    from scipy.signal import resample_poly  # scipy.signal takes a moment to import

    _check_signal(signal)
    if not (0 < from_rate < np.inf and 0 < to_rate < np.inf):
        raise SignalError(f"expected rates above 0 Hz; got {from_rate} and {to_rate}")
    if not 1 / LARGEST_DENOMINATOR <= to_rate / from_rate <= LARGEST_DENOMINATOR:
        raise SignalError(
            f"cannot go from {from_rate:g} to {to_rate:g} Hz: more than a factor 1000"
        )
    up, down = _ratio(from_rate, to_rate)
    if up == down:
        return np.asarray(signal, np.float32)
    double = np.asarray(signal, np.float64)
    return resample_poly(double, up, down, axis=0, padtype="line").astype(np.float32)


def windows(signal: np.ndarray, samples: int, overlap: float = 0.5) -> np.ndarray:
    """Cuts a signal into overlapping windows; the last one ends where the signal ends.

    Args:
        signal: ``[length, leads]``.
        samples: length of a window.
        overlap: share of a window that the next one repeats, from 0 to below 1.

    Returns:
        ``[windows, samples, leads]``, a copy.

    Raises:
        SignalError: if the signal is shorter than a window, or an argument is out of its range.

    Example:
        >>> windows(np.arange(7)[:, None], samples=4)[..., 0]
        array([[0, 1, 2, 3],
               [2, 3, 4, 5],
               [3, 4, 5, 6]])
    """
    _check_signal(signal)
    starts = window_starts(len(signal), samples, overlap)
    return np.stack([signal[start : start + samples] for start in starts])


def window_starts(length: int, samples: int, overlap: float = 0.5) -> list[int]:
    """Where the windows of :func:`windows` start.

    Args:
        length: samples of the signal.
        samples: length of a window.
        overlap: share of a window that the next one repeats, from 0 to below 1.

    Raises:
        SignalError: if the signal is shorter than a window, or an argument is out of its range.

    Example:
        >>> window_starts(7, samples=4)
        [0, 2, 3]
    """
    if samples < 1 or not 0 <= overlap < 1:
        raise SignalError(
            f"expected a window of at least 1 sample and an overlap from 0 to below 1; got "
            f"{samples} and {overlap}"
        )
    last = length - samples
    if last < 0:
        raise SignalError(
            f"expected at least {samples} samples, one window; got {length}. Take a longer "
            "recording, or a model of a shorter window."
        )
    step = max(1, round(samples * (1 - overlap)))
    return [*range(0, last, step), last]


def _check_signal(signal: np.ndarray) -> None:
    if np.ndim(signal) != 2 or np.size(signal) == 0:
        raise SignalError(f"expected a signal [samples, leads]; got shape {list(np.shape(signal))}")


def _ratio(from_rate: float, to_rate: float) -> tuple[int, int]:
    ratio = (Fraction(to_rate) / Fraction(from_rate)).limit_denominator(LARGEST_DENOMINATOR)
    return ratio.numerator, ratio.denominator
