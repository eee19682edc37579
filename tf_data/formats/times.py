"""Times as a column has them: numbers of some unit, or seconds of clocks, dates and durations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tf_data.formats.cells import is_number

DAY = 24 * 3600  # seconds
TEXTS = "OUT"  # kinds of arrays whose values are text or objects that print as it

_CLOCK = re.compile(
    r"(?:\S+[ T])?(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)(?:\]|Z|[+-]\d\d:?\d\d)?", re.ASCII
)


@dataclass(frozen=True, eq=False)
class Times:
    """A column of times.

    Attributes:
        values: float64 ``[samples]``.
        unit: of them; empty where they are numbers, whose unit is said elsewhere if at all.
    """

    values: np.ndarray
    unit: str = ""


def times_of(cells: Sequence[str]) -> Times | None:
    """What cells tell that are all numbers or all times of day; None where they are neither.

    Example:
        >>> found = times_of(["0:59.996", "1:00.000"])
        >>> found.values.tolist(), found.unit
        ([59.996, 60.0], 's')
    """
    if all(cell and is_number(cell) for cell in cells):
        return Times(np.array(cells, np.float64))
    clocks = [_CLOCK.fullmatch(cell) for cell in cells]
    if not all(clocks):
        return None
    seconds = [
        3600 * float(one[1] or 0) + 60 * float(one[2]) + float(one[3].replace(",", "."))
        for one in clocks
        if one
    ]
    return Times(np.unwrap(seconds, period=DAY), "s")


def times_in(values: np.ndarray) -> Times | None:
    """What an array tells: numbers, dates, durations, or text as of :func:`times_of`; or None.

    Example:
        >>> found = times_in(np.array([2, 4], "timedelta64[ms]"))
        >>> found.values.tolist(), found.unit
        ([0.002, 0.004], 's')
    """
    if values.ndim != 1:
        return None
    if values.dtype.kind in "mM":
        return Times((values - values[:1]) / np.timedelta64(1, "s") + _first(values), "s")
    if values.dtype.kind in TEXTS:
        return times_of([str(one) for one in values])
    return Times(values.astype(np.float64)) if values.dtype.kind in "iuf" else None


def _first(values: np.ndarray) -> float:
    return float(values[0] / np.timedelta64(1, "s")) if values.dtype.kind == "m" else 0.0
