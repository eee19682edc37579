"""A column of a table, or its index, that counts samples or tells the time."""

import re
from collections.abc import Sequence

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.cells import is_number
from tf_data.lead_names import lead_of

NAMES = ("", "t", "#", "n", "no", "nr", "s", "ms", "lead", "leads", "channel")
BEGINNINGS = (
    *("time", "sample", "index", "elapsed", "date", "unnamed", "second", "timestamp"),
    *("zeit", "uhrzeit", "datum", "temps", "tiempo", "fecha", "tempo"),
)
FEW = 8  # lines; fewer may go up evenly by chance

_CLOCK = re.compile(r"(?:\S+[ T])?(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)\]?", re.ASCII)


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
        if plain in NAMES or plain.startswith(BEGINNINGS):
            return True
    return _goes_up_evenly(times_of(cells))


def _goes_up_evenly(times: np.ndarray | None) -> bool:
    if times is None or len(times) < FEW or not np.isfinite(times).all():
        return False
    steps = np.diff(times)
    return bool(steps.min() > 0 and np.ptp(steps) <= UNEVEN * np.median(steps))


def times_of(cells: Sequence[str]) -> np.ndarray | None:
    """The column's numbers, or seconds where it has times of day; None where it has neither.

    Example:
        >>> times_of(["0:59.996", "1:00.000"]).tolist()
        [59.996, 60.0]
    """
    if all(cell and is_number(cell) for cell in cells):
        return np.array(cells, np.float64)
    clocks = [_CLOCK.fullmatch(cell) for cell in cells]
    if not all(clocks):
        return None
    seconds = [
        3600 * float(one[1] or 0) + 60 * float(one[2]) + float(one[3].replace(",", "."))
        for one in clocks
        if one
    ]
    return np.unwrap(seconds, period=24 * 3600)


def seconds_of(values: np.ndarray) -> np.ndarray | None:
    """The numbers of a column as they are, or seconds where it has dates or durations; or None.

    Example:
        >>> seconds_of(np.array([2, 4], "timedelta64[ms]")).tolist()
        [0.002, 0.004]
    """
    if values.dtype.kind in "mM":
        return (values - values[:1]) / np.timedelta64(1, "s") + _first(values)
    numbers = values.ndim == 1 and values.dtype.kind in "iuf"
    return values.astype(np.float64) if numbers else None


def _first(values: np.ndarray) -> float:
    return float(values[0] / np.timedelta64(1, "s")) if values.dtype.kind == "m" else 0.0


SECONDS = ("s", "sec", "seconds", "hh:mm:ss", "hh:mm:ss.mmm")
UNEVEN = 0.51  # of a usual step: what rounding to it may add to another
WHOLE = 1e-3  # a rate this near to a whole number of Hz is that, as far as times are rounded
EXACT = 1e-7  # s; of times that are not rounded
LARGEST_STEP = 0.1  # s; below 10 Hz nothing is an ECG, so a larger step is of other units


def rate_of_times(times: np.ndarray | None, name: str, unit: str) -> float | None:
    """The sampling rate that a column of times tells, in Hz; None where it tells none.

    Args:
        times: in the column's unit, going up evenly.
        name: of the column.
        unit: of it, as the file says; empty where it does not. Steps of less than a tenth are
            seconds then.

    Returns:
        None, too, where many samples share each time, as in a short recording told to the second.

    Example:
        >>> times = np.arange(1000) / 360
        >>> rate_of_times(times.round(3), "time", ""), rate_of_times(1000 * times, "time", "ms")
        (360.0, 360.0)
        >>> round(rate_of_times(np.arange(488) / 196.85, "time", "s"), 2)
        196.85
        >>> rate_of_times(np.arange(1000.0), "sample", "") is None
        True
    """
    if times is None or len(times) < FEW:
        return None
    if unit.lower() == "ms" or name.strip().lower() == "ms":
        times = times / 1000
    elif unit and unit.lower() not in SECONDS:
        return None
    step = float(times[-1] - times[0]) / (len(times) - 1)
    if not 0 < step < LARGEST_STEP:
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


def told_rate(times: np.ndarray | None, name: str, unit: str, column: str) -> float | None:
    """The rate that a column of times tells, whose steps are even.

    Args:
        times: as of :func:`rate_of_times`.
        name: as there.
        unit: as there.
        column: what it is called in a message, such as ``"the first column of a.csv"``.

    Raises:
        SignalError: if the times jump.

    Example:
        >>> told_rate(np.arange(9) / 250, "time", "s", "the index")
        250.0
    """
    if times is not None and len(times) > 2:
        steps = np.diff(times)
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
