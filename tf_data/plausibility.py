"""Whether samples are millivolts of an ECG, by how far each lead goes within two seconds.

A constant offset is none of its matter: amplifiers have them.
"""

from collections.abc import Sequence

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import IMPLAUSIBLE_MV

PIECE = 2.0  # seconds: of any rhythm with a beat in it
LARGEST_SPAN = 40.0
"""In mV. Of 9,781 published records of four sets the largest lead spans 11.5 mV in its median two
seconds, the largest lead of the weakest record 0.049 mV."""
LEAST_SPAN = 0.02
"""In mV: if all leads stay below it, the numbers are volts, or nobody is connected."""
SMOOTHEST = 0.3
"""Correlation of neighbouring samples: if it is lower in all leads, they are noise. Of 5,160
published records it is .71 at least in the smoothest lead, .52 once they are brought to 100 Hz."""
NOISE_RATE = 100.0  # Hz: of a lower rate a beat itself is a few samples


def spans(signal: np.ndarray, rate: float) -> np.ndarray:
    """How far each lead goes in two seconds: the median over the signal.

    Args:
        signal: ``[samples, leads]``, or several of one length ``[signals, samples, leads]``.
        rate: in Hz.

    Returns:
        ``[leads]``, or ``[signals, leads]``.

    Example:
        >>> spans(np.sin(np.arange(1000.0) / 10)[:, None] + 300, rate=100).round(2).tolist()
        [2.0]
    """
    wanted = round(PIECE * rate) if 0 < rate < np.inf else 0  # others are refused elsewhere
    *several, samples, leads = signal.shape
    length = min(samples, max(2, wanted))
    whole = signal[..., : samples // length * length, :]
    pieces = whole.reshape(*several, samples // length, length, leads)
    return np.asarray(np.median(np.ptp(pieces, axis=-2), axis=-2), np.float64)


def judged(windows: np.ndarray, rate: float, factor: float | None = 1.0) -> np.ndarray:
    """What hinders each of some windows from being an ECG: one of :data:`FAULTS`, or nothing.

    Args:
        windows: ``[windows, samples, leads]``, NaN where samples are missing.
        rate: in Hz.
        factor: millivolts per unit of a sample; None if it is no voltage, of any size.

    Returns:
        str ``[windows]``; empty for a window that may be an ECG.

    Example:
        >>> day = np.sin(np.arange(1200.0) / 10).reshape(3, 400, 1)
        >>> day[0, 7], day[1] = np.nan, 5
        >>> judged(day, rate=100).tolist()
        ['gap', 'flat', '']
    """
    span = spans(windows, rate).max(axis=1)
    noise = (smoothness(windows).max(axis=1) < SMOOTHEST) & (rate >= NOISE_RATE)
    peak = np.abs(windows).max(axis=(1, 2))
    flat, large = span == 0, np.zeros(len(windows), bool)
    if factor is not None:
        flat = span * factor < LEAST_SPAN
        large = (span * factor > LARGEST_SPAN) | (peak * factor > IMPLAUSIBLE_MV)
        return np.select([~np.isfinite(peak), flat, large, noise], FAULTS, "")
    return np.select([~np.isfinite(peak), flat], FAULTS[:2], "")


FAULTS = ("gap", "flat", "too large", "noise")
"""A window's: samples are missing; no lead goes over :data:`LEAST_SPAN`; one goes too far; no lead
is smooth."""


def smoothness(signal: np.ndarray) -> np.ndarray:
    """How far neighbouring samples of each lead are alike: 1 in a slow wave, 0 in white noise.

    1 - E[(x[t+1] - x[t])^2] / (2 var x), the correlation with the next sample.

    Args:
        signal: ``[samples, leads]``, or several of one length ``[signals, samples, leads]``.

    Returns:
        ``[leads]``, or ``[signals, leads]``; 1 where nothing varies.

    Example:
        >>> waves = np.sin(np.arange(1000.0) / 10)[:, None]
        >>> noise = np.random.default_rng(0).normal(size=(1000, 1))
        >>> smoothness(np.hstack([waves, noise])).round(2).tolist()
        [1.0, 0.0]
    """
    variance = np.var(signal, axis=-2, dtype=np.float64)
    steps = np.mean(np.square(np.diff(signal, axis=-2), dtype=np.float64), axis=-2)
    return np.asarray(1 - steps / (2 * np.where(variance > 0, variance, np.inf)))


def check_leads(shape: Sequence[int], leads: Sequence[str], remedy: str = "") -> None:
    """Checks that an array may be a signal of these leads.

    Args:
        shape: of the array, wanted as ``[samples, leads]``.
        leads: their names.
        remedy: what else to do about it.

    Raises:
        SignalError: if it is of another rank or width, or looks transposed.
    """
    if len(shape) == 2 and shape[1] == len(leads):
        return
    turned = len(shape) == 2 and shape[0] == len(leads)
    hint = " It looks like leads x samples. Transpose it: array.T." if turned else remedy
    raise SignalError(
        f"expected [samples, {len(leads)}], the leads {', '.join(leads)}; got shape "
        f"{list(shape)}.{hint}"
    )


def check_millivolts(
    signal: np.ndarray, rate: float, leads: Sequence[str], where: str, factor: float = 1.0
) -> None:
    """Checks that a signal may be an ECG in millivolts.

    Args:
        signal: ``[samples, leads]``, finite.
        rate: in Hz.
        leads: their names.
        where: what it is, for messages.
        factor: millivolts per unit of the signal.

    Raises:
        SignalError: if a lead is too large, or all are too small but for constant ones.
    """
    advice = "Say the unit with unit= (--unit), or divide raw converter units by the gain."
    found = spans(signal, rate) * factor
    largest, lead = float(found.max(initial=0)), leads[int(found.argmax())]
    peak = float(np.abs(signal).max(initial=0)) * factor
    if largest > LARGEST_SPAN:
        raise SignalError(
            f"expected millivolts in {where}; lead {lead} goes over {largest:,.4g} mV within two "
            f"seconds, an ECG over less than {LARGEST_SPAN:g}, which looks like microvolts or raw "
            f"converter units. {advice}"
        )
    if peak > IMPLAUSIBLE_MV:
        raise SignalError(
            f"expected millivolts in {where}; the largest sample is {peak:,.6g}, which looks like "
            f"microvolts or raw converter units. {advice}"
        )
    if 0 < largest < LEAST_SPAN:
        raise SignalError(
            f"expected millivolts in {where}; no lead goes over more than {largest:.2g} mV within "
            f"two seconds, which looks like volts, or like electrodes that are off. {advice}"
        )


def check_ecg(
    signal: np.ndarray, rate: float, leads: Sequence[str], where: str, factor: float = 1.0
) -> None:
    """Checks that a signal that a model is to see may be an ECG: millivolts, and not noise alone.

    Takes and raises what :func:`check_millivolts` and :func:`check_no_noise` do.
    """
    check_millivolts(signal, rate, leads, where, factor)
    check_no_noise(signal, rate, where)


def check_no_noise(signal: np.ndarray, rate: float, where: str) -> None:
    """Checks that a signal that a model is to see is not noise alone.

    Args:
        signal: ``[samples, leads]``, finite.
        rate: in Hz.
        where: what it is, for messages.

    Raises:
        SignalError: if no lead is smooth.

    Example:
        >>> check_no_noise(np.sin(np.arange(1000.0) / 10)[:, None], 250, "a.csv")
    """
    most = float(smoothness(signal).max())
    if rate >= NOISE_RATE and len(signal) >= rate and most < SMOOTHEST:
        raise SignalError(
            f"expected an ECG in {where}; it is noise: in no lead are neighbouring samples alike "
            f"(their correlation is {most:.2f} at most, of ECGs above 0.5). Check "
            "the electrodes, and that the file is read as it was written."
        )
