"""Other sampling rates and shorter windows of a signal."""

import functools
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.raw_record import MILLIVOLTS, check_unit
from tf_data.plausibility import check_ecg, check_leads

LARGEST_DENOMINATOR = 1000  # most rates are met to a millionth, those beside simple ratios to 5e-4


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
    up, down = ratio_of(from_rate, to_rate)
    if up == down:
        return np.asarray(signal, np.float32)
    double = np.asarray(signal, np.float64)
    filtered = resample_poly(double, up, down, axis=0, window=_low_pass(up, down), padtype="line")
    return filtered.astype(np.float32)


@functools.lru_cache(maxsize=32)
def _low_pass(up: int, down: int) -> np.ndarray:
    """What ``resample_poly`` designs anew for each signal, which takes longer than filtering it."""
    from scipy.signal import firwin

    widest = max(up, down)
    return np.asarray(firwin(20 * widest + 1, 1 / widest, window=("kaiser", 5.0)))


def ratio_of(from_rate: float, to_rate: float) -> tuple[int, int]:
    """What a rate is multiplied by and divided by to be another, in whole numbers.

    Raises:
        SignalError: if a rate is not above 0 Hz, or they are more than a factor of 1000 apart.

    Example:
        >>> ratio_of(250, 100)
        (2, 5)
    """
    if not (0 < from_rate < np.inf and 0 < to_rate < np.inf):
        raise SignalError(f"expected rates above 0 Hz; got {from_rate} and {to_rate}")
    if not 1 / LARGEST_DENOMINATOR <= to_rate / from_rate <= LARGEST_DENOMINATOR:
        raise SignalError(
            f"cannot go from {from_rate:g} to {to_rate:g} Hz: more than a factor 1000"
        )
    ratio = (Fraction(to_rate) / Fraction(from_rate)).limit_denominator(LARGEST_DENOMINATOR)
    return ratio.as_integer_ratio()


def windows(signal: np.ndarray, samples: int, overlap: float = 0.5) -> np.ndarray:
    """Cuts a signal into windows that overlap evenly, from its first sample to its last.

    Args:
        signal: ``[length, leads]``.
        samples: length of a window.
        overlap: share of a window that the next one repeats at least, from 0 to below 1.

    Returns:
        ``[windows, samples, leads]``, a copy.

    Raises:
        SignalError: if the signal is shorter than a window, or an argument is out of its range.

    Example:
        >>> windows(np.arange(7)[:, None], samples=4)[..., 0]
        array([[0, 1, 2, 3],
               [1, 2, 3, 4],
               [3, 4, 5, 6]])
    """
    _check_signal(signal)
    starts = window_starts(len(signal), samples, overlap)
    return np.stack([signal[start : start + samples] for start in starts])


def window_starts(length: int, samples: int, overlap: float = 0.5) -> list[int]:
    """Where the windows of :func:`windows` start: the fewest that overlap as asked.

    The first starts at 0, the last ends where the signal ends, and the steps between them differ
    by a sample at most.

    Args:
        length: samples of the signal.
        samples: length of a window.
        overlap: share of a window that the next one repeats at least, from 0 to below 1.

    Raises:
        SignalError: if the signal is shorter than a window, or an argument is out of its range.

    Example:
        >>> window_starts(7, samples=4)
        [0, 1, 3]
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
    longest = max(1, math.floor(samples * (1 - overlap) + 1e-9))
    steps = math.ceil(last / longest)
    return [number * last // max(1, steps) for number in range(steps + 1)]


def _check_signal(signal: np.ndarray) -> None:
    if np.ndim(signal) != 2 or np.size(signal) == 0:
        raise SignalError(f"expected a signal [samples, leads]; got shape {list(np.shape(signal))}")


def conformed(
    signals: Sequence[np.ndarray],
    sampling_rates: Sequence[float],
    spec: SignalSpec,
    unit: str = "mV",
    names: Sequence[str] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Converts, resamples and cuts recordings to what a model takes.

    Args:
        signals: float ``[samples, leads]`` each, with the spec's leads in its order.
        sampling_rates: of each, in Hz.
        spec: what is wanted.
        unit: of the signals; one of mV, uV, V, nV where the spec's is mV.
        names: of the signals, for messages.

    Returns:
        float32 ``[windows, samples, leads]``, as few as cover a recording and evenly over it, so
        side by side where its length is a multiple of theirs; and int ``[windows]``, the
        recording of each.

    Raises:
        SignalError: if a signal has other leads, is shorter than a window, holds NaN, is constant
            or implausible, a rate is not above 0 Hz, or the unit cannot be converted; names it.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=128)
        >>> beats = np.sin(np.arange(700.0))[:, None] * 1000
        >>> found, record = conformed([beats], [250.0], spec, unit="uV")
        >>> found.shape, record.tolist(), float(np.abs(found).max()) < 1.5
        ((3, 128, 1), [0, 0, 0], True)
    """
    factor = unit_factor(unit, spec.unit)
    if not len(signals):
        raise SignalError("expected at least one signal; got none")
    pairs = [*zip(signals, sampling_rates, strict=True)]
    # What is not written to takes no memory; a list that is joined at its end takes it twice.
    found = np.empty((sum(_most(*one, spec) for one in pairs), *spec.shape), np.float32)
    rows: list[int] = []
    for row, (signal, rate) in enumerate(pairs):
        try:
            cut = _windows(np.asarray(signal), rate, spec, factor)
        except SignalError as error:
            name = f"signal {row}" if names is None else names[row]
            raise SignalError(f"{name}: {error}") from error
        found[len(rows) : len(rows) + len(cut)] = cut
        rows += [row] * len(cut)
    return found[: len(rows)], np.array(rows, np.int64)


def _most(signal: np.ndarray, rate: float, spec: SignalSpec) -> int:
    """As many windows as a recording has or more; one of what cannot be resampled."""
    ratio = spec.sampling_rate / rate if rate > 0 else 0.0
    ratio = ratio if ratio <= LARGEST_DENOMINATOR else 0.0
    samples = len(signal) if np.ndim(signal) else 0
    return math.ceil(samples * ratio / spec.samples) + 1


def _windows(signal: np.ndarray, rate: float, spec: SignalSpec, factor: float) -> np.ndarray:
    check_leads(signal.shape, spec.leads, " Name the leads that it has with leads=.")
    if signal.dtype.kind not in "fiu" or (factor == 1 and signal.dtype.kind != "f"):
        raise SignalError(
            f"expected floating-point samples in {spec.unit}; got {signal.dtype}. Divide raw "
            "converter units by the gain, or say unit='uV' if that is what they are"
        )
    if not np.isfinite(signal).all():
        raise SignalError("expected finite samples; it holds NaN or infinite values")
    found = windows(resample(signal * factor, rate, spec.sampling_rate), spec.samples, overlap=0)
    if spec.unit == "mV":
        check_ecg(signal, rate, spec.leads, "it", factor)
    return spec.check(found)


def unit_factor(unit: str, wanted: str) -> float:
    """What samples in one unit are multiplied by to be in another.

    Raises:
        SignalError: if the units are not the same and not both voltages.

    Example:
        >>> unit_factor("uV", "mV"), unit_factor("V", "uV")
        (0.001, 1000000.0)
    """
    check_unit(unit)
    if unit.lower() == wanted.lower():
        return 1.0
    given, needed = (MILLIVOLTS.get(one.lower()) for one in (unit, wanted))
    if given is None or needed is None:
        raise SignalError(f"expected signals in {wanted}; cannot convert {unit!r} to it")
    return given / needed
