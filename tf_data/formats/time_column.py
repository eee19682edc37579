"""A table's first column, if it counts samples or tells the time."""

import re
from collections.abc import Sequence

import numpy as np

from tf_data.formats.cells import is_number
from tf_data.lead_names import lead_of

NAMES = ("", "t", "#", "n", "no", "nr", "s", "ms", "lead", "leads", "channel")
BEGINNINGS = ("time", "sample", "index", "elapsed", "date", "unnamed", "second", "timestamp")
FEW = 8  # lines; fewer may go up evenly by chance

_CLOCK = re.compile(r"(?:\S+[ T])?(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)\]?", re.ASCII)


def is_time(name: str | None, cells: Sequence[str]) -> bool:
    """Whether a column is no lead: by its name, or if it has none, since it goes up evenly.

    Example:
        >>> is_time("Time", ["0.1", "0.3"]), is_time("I", ["1", "2"])
        (True, False)
        >>> is_time(None, [str(sample) for sample in range(9)])
        True
    """
    if name is not None:
        plain = name.strip().lower()
        return lead_of(name) is None and (plain in NAMES or plain.startswith(BEGINNINGS))
    if len(cells) < FEW or not all(cell and is_number(cell) for cell in cells):
        return False
    values = np.array(cells, np.float64)
    steps = np.diff(values)
    return bool((values == np.rint(values)).all() and (steps == 1).all())


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


SECONDS = ("s", "sec", "seconds", "hh:mm:ss", "hh:mm:ss.mmm")
WHOLE = 1e-3  # a rate this near to a whole number of Hz is that: times are rounded
LARGEST_STEP = 0.1  # s; below 10 Hz nothing is an ECG, so a larger step is of other units


def rate_of_times(times: np.ndarray | None, name: str, unit: str) -> float | None:
    """The sampling rate that a column of times tells, in Hz; None where it tells none.

    Args:
        times: in the column's unit, going up evenly.
        name: of the column.
        unit: of it, as the file says; empty where it does not. Steps of less than a tenth are
            seconds then.

    Example:
        >>> times = np.arange(1000) / 360
        >>> rate_of_times(times.round(3), "time", ""), rate_of_times(1000 * times, "time", "ms")
        (360.0, 360.0)
        >>> rate_of_times(np.arange(1000.0), "sample", "") is None
        True
    """
    if times is None or len(times) < FEW:
        return None
    step = float(times[-1] - times[0]) / (len(times) - 1)
    if unit.lower() == "ms" or name.strip().lower() == "ms":
        step /= 1000
    elif unit and unit.lower() not in SECONDS:
        return None
    if not 0 < step < LARGEST_STEP:
        return None
    rate, whole = 1 / step, round(1 / step)
    return float(whole) if abs(rate - whole) < WHOLE * rate else rate
