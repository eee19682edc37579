"""A column of a table, or its index, that counts samples or tells the time."""

from collections.abc import Sequence

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.time_units import SECONDS, unit_in, unknown_unit
from tf_data.formats.times import Times, times_of
from tf_data.lead_names import lead_of

COUNTS = ("", "#", "n", "no", "nr", "lead", "leads", "channel")
TIMES = ("t", "s", "ms", "us", "ns", "min")
COUNTS_BEGIN = ("sample", "index", "unnamed")
TIMES_BEGIN = (
    *("time", "elapsed", "date", "timestamp"),
    *("second", "minute", "hour", "millisec", "microsec", "nanosec"),
    *("zeit", "uhrzeit", "datum", "temps", "tiempo", "fecha", "tempo"),
)
FEW = 8  # lines; fewer may go up evenly by chance


def is_time(name: str | None, cells: Sequence[str]) -> bool:
    """Whether a column is no lead: by its name, or since it goes up evenly, as no ECG does.

    Example:
        >>> is_time("Time", ["0.1", "0.3"]), is_time("I", ["1", "2"])
        (True, False)
        >>> is_time(None, [f"{sample / 250}" for sample in range(9)])
        True
    """
    if name is not None:
        if lead_of(name):
            return False
        plain = name.strip().lower()
        if plain in COUNTS or plain.startswith(COUNTS_BEGIN) or tells_time(name):
            return True
    return _goes_up_evenly(times_of(cells))


def tells_time(name: str) -> bool:
    """Whether a column's name says that it tells the time, and does not only count samples.

    Example:
        >>> [tells_time(name) for name in ("Time (min)", "ms", "sample", "I")]
        [True, True, False, False]
    """
    plain = name.strip().lower()
    return plain in TIMES or plain.startswith(TIMES_BEGIN)


def _goes_up_evenly(times: Times | None) -> bool:
    if times is None or len(times.values) < FEW or not np.isfinite(times.values).all():
        return False
    steps = np.diff(times.values)
    return bool(steps.min() > 0 and np.ptp(steps) <= UNEVEN * np.median(steps))


UNEVEN = 0.51  # of a usual step: what rounding to it may add to another
WHOLE = 1e-3  # a rate this near to a whole number of Hz is that, as far as times are rounded
EXACT = 1e-7  # s; of times that are not rounded
LARGEST_STEP = 0.1  # s; below 10 Hz nothing is an ECG, so a larger step is of other units
SHORTEST_STEP = 1e-6  # s; no converter of an ECG is faster
LEAST_STEP = 1.9e-4  # s; where nobody says a unit, smaller steps are minutes or hours as likely


def rate_of_times(times: Times | None, name: str, unit: str) -> float | None:
    """The sampling rate that a column of times tells, in Hz; None where it tells none.

    Args:
        times: going up evenly.
        name: of the column, which may say their unit.
        unit: of them, as the file says; empty where it does not. Where nobody says one, they are
            taken as seconds if that makes a rate of 10 Hz to 5 kHz.

    Returns:
        None, too, where the unit is none of time, or where many samples share each time, as in a
        short recording told to the second.

    Example:
        >>> times = np.arange(1000) / 360
        >>> rate_of_times(Times(times.round(3)), "time", "")
        360.0
        >>> rate_of_times(Times(1000 * times), "time", "ms")
        360.0
        >>> rate_of_times(Times(times / 60), "time (min)", "")
        360.0
        >>> round(rate_of_times(Times(np.arange(488) / 196.85), "time", "s"), 2)
        196.85
        >>> rate_of_times(Times(np.arange(1000.0)), "sample", "") is None
        True
    """
    if times is None or len(times.values) < FEW or not np.isfinite(times.values).all():
        return None
    said = (times.unit or unit or unit_in(name)).lower()
    if unknown_unit(name, said):
        return None
    rate = _rate_of_seconds(times.values * SECONDS.get(said, 1.0))
    unsure = rate and not said and rate * LEAST_STEP > 1
    return None if unsure else rate


def _rate_of_seconds(times: np.ndarray) -> float | None:
    step = float(times[-1] - times[0]) / (len(times) - 1)
    if not SHORTEST_STEP < step < LARGEST_STEP:
        return None
    rate, whole = 1 / step, round(1 / step)
    rounding = float(np.abs(times - times[0] - step * np.arange(len(times))).max())
    if _too_coarse(times, rounding):
        return None
    beside = (len(times) - 1) * abs(step - 1 / whole)  # where the last would be at the whole rate
    near = abs(rate - whole) < WHOLE * rate and beside <= 2 * rounding + EXACT
    return float(whole) if near else rate


def _too_coarse(times: np.ndarray, rounding: float) -> bool:
    """Whether samples share a time that is too long for a rate: the last one's may be cut."""
    steps = np.diff(times)
    ticks = steps[steps > 0]
    if len(ticks) == len(steps):
        return False
    tick = float(np.median(ticks))
    return tick > WHOLE * float(times[-1] - times[0]) or rounding > tick + EXACT


def told_rate(times: Times | None, name: str, unit: str, column: str) -> float | None:
    """The rate that a column of times tells, whose steps are even.

    Args:
        times: as of :func:`rate_of_times`.
        name: as there.
        unit: as there.
        column: what it is called in a message, such as ``"the first column of a.csv"``.

    Raises:
        SignalError: if the times jump.

    Example:
        >>> told_rate(Times(np.arange(9) / 250), "time", "s", "the index")
        250.0
    """
    if times is not None and len(times.values) > 2:
        steps = np.diff(times.values)
        usual = np.median(steps)
        beside = np.abs(steps - usual)
        uneven = np.flatnonzero(beside > UNEVEN * abs(usual))
        jumps = len(uneven) and not _rounded(steps, uneven)
        if usual < 0 or (usual > 0 and jumps):  # 0: told to the second, of many samples
            at = int(beside.argmax()) + 1 if len(uneven) else 0  # others may be rounded
            raise SignalError(
                f"expected even steps in {column}, which counts samples or time; it jumps before "
                f"sample {at}. Samples are missing there: cut the record."
            )
    return rate_of_times(times, name, unit)


def _rounded(steps: np.ndarray, uneven: np.ndarray) -> bool:
    """Whether uneven steps are one tick off and come evenly: rounding does that, no gap does."""
    if len(uneven) < FEW or steps.min() < 0:
        return False
    tick = steps[steps > 0].min()
    return bool(np.ptp(steps) <= tick * (1 + WHOLE) and np.ptp(np.diff(uneven)) <= 2)


def spoken(rate: float) -> str:
    """What is said of a rate that was read from times.

    Example:
        >>> spoken(250.0)
        'its steps are 250 Hz'
    """
    return f"its steps are {rate:g} Hz"
