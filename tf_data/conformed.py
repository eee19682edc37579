"""conformed: recordings of any rate, length and unit as windows that meet a SignalSpec."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import IMPLAUSIBLE_MV, SignalSpec
from tf_data.resampling import resample, windows
from tf_data.wfdb_file import MILLIVOLTS


def conformed(
    signals: Sequence[np.ndarray],
    sampling_rates: Sequence[float],
    spec: SignalSpec,
    unit: str = "mV",
) -> tuple[np.ndarray, np.ndarray]:
    """Converts, resamples and cuts recordings to what a model takes.

    Args:
        signals: float ``[samples, leads]`` each, with the spec's leads in its order.
        sampling_rates: of each, in Hz.
        spec: what is wanted.
        unit: of the signals; one of mV, uV, V, nV where the spec's is mV.

    Returns:
        float32 ``[windows, samples, leads]``, side by side and without overlap but for the last
        of a recording, which ends where that ends; and int ``[windows]``, the recording of each.

    Raises:
        SignalError: if a signal has other leads, is shorter than a window, holds NaN, is constant
            or implausibly large, a rate is not above 0 Hz, or the unit cannot be converted.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=128)
        >>> beats = np.sin(np.arange(700.0))[:, None] * 1000
        >>> found, record = conformed([beats], [250.0], spec, unit="uV")
        >>> found.shape, record.tolist(), float(np.abs(found).max()) < 1.5
        ((3, 128, 1), [0, 0, 0], True)
    """
    factor = unit_factor(unit, spec.unit)
    cut, rows = [], []
    for row, (signal, rate) in enumerate(zip(signals, sampling_rates, strict=True)):
        try:
            cut.append(_windows(np.asarray(signal), rate, spec, factor))
        except SignalError as error:
            raise SignalError(f"signal {row}: {error}") from error
        rows += [row] * len(cut[-1])
    if not cut:
        raise SignalError("expected at least one signal; got none")
    return np.concatenate(cut), np.array(rows, np.int64)


def _windows(signal: np.ndarray, rate: float, spec: SignalSpec, factor: float) -> np.ndarray:
    if signal.ndim != 2 or signal.shape[1] != len(spec.leads):
        raise SignalError(
            f"expected [samples, {len(spec.leads)}], the leads {', '.join(spec.leads)}; got shape "
            f"{list(signal.shape)}. Name the leads that it has with leads=."
        )
    if not np.issubdtype(signal.dtype, np.floating):
        raise SignalError(f"expected floating-point samples; got {signal.dtype}")
    if not np.isfinite(signal).all():
        raise SignalError("expected finite samples; it holds NaN or infinite values")
    found = windows(resample(signal * factor, rate, spec.sampling_rate), spec.samples, overlap=0)
    largest = np.abs(found).max()
    if spec.unit == "mV" and largest > IMPLAUSIBLE_MV:
        raise SignalError(
            f"expected millivolts; the largest sample is {largest:g}. Say its unit= (--unit), or "
            "divide raw converter units by the gain."
        )
    return spec.check(found)


def unit_factor(unit: str, wanted: str) -> float:
    """What samples in one unit are multiplied by to be in another.

    Raises:
        SignalError: if the units are not the same and not both voltages.

    Example:
        >>> unit_factor("uV", "mV")
        0.001
    """
    if unit.lower() == wanted.lower():
        return 1.0
    if wanted != "mV" or unit.lower() not in MILLIVOLTS:
        raise SignalError(f"expected signals in {wanted}; cannot convert {unit!r} to it")
    return MILLIVOLTS[unit.lower()]
