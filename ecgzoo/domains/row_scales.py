"""The scale of each row of a scalogram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecgzoo.domains.morlet import CENTRE


def row_scales(
    rate: float, band: tuple[float, float] | None, scales: int | Sequence[float]
) -> np.ndarray:
    """Scale of each row, in samples, smallest first: as given, or spaced over the frequencies.

    Raises:
        ValueError: if rate, frequencies or scales are out of range, or do not go together.

    Example:
        >>> row_scales(250, (10, 40), 3).round(6).tolist()
        [6.25, 12.5, 25.0]
    """
    if rate <= 0:
        raise ValueError(f"sampling_rate must be above 0 Hz; got {rate}")
    if isinstance(scales, int):
        if band is None:
            raise ValueError("give the lowest and highest frequency, or the scale of every row")
        return _spaced_scales(rate, band, scales)
    if band is not None:
        raise ValueError("give frequencies and a number of scales, or every scale; not both")
    s = np.asarray(scales, "float64")
    if s.ndim != 1 or not s.size or not s[0] > 2 or not (np.diff(s) > 0).all():
        raise ValueError(f"scales must increase from above 2 samples; got {list(scales)}")
    return s


def _spaced_scales(rate: float, band: tuple[float, float], count: int) -> np.ndarray:
    low, high = band
    if not 0 < low < high < rate / 2:
        raise ValueError(
            f"frequencies must be 0 < low < high < {rate / 2:g} Hz, half the sampling rate; "
            f"got {low:g} and {high:g}"
        )
    if count < 1:
        raise ValueError(f"scales must be at least 1; got {count}")
    return CENTRE * rate / np.geomspace(high, low, count)
