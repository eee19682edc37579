"""How much of a map lies near R peaks, against chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PeakShare:
    """The share of maps that lies near R peaks.

    Attributes:
        share: mean over the records, of each map's absolute sum.
        chance: share of the time that is near R peaks: what an even map would have.
        p_value: one-sided, of maps that have nothing to do with where the peaks stand.
        records: number of maps.
        shifts: number of draws of the null distribution.
    """

    share: float
    chance: float
    p_value: float
    records: int
    shifts: int

    def __str__(self) -> str:
        return f"{self.share:.1%} near R peaks, by chance {self.chance:.1%}, p {self.p_value:.2g}"

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return dict(vars(self))

    def to_frame(self) -> pd.DataFrame:
        """A table of one row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def peak_share(maps: ArrayLike, near: ArrayLike, shifts: int = 10_000, seed: int = 0) -> PeakShare:
    """Compares the share of maps near R peaks with that of the same maps shifted in time.

    In a draw of the null distribution each record's map is shifted by a time drawn evenly, around
    its end to its start. So the maps keep their form and the peaks their rhythm, and only their
    match is broken. Records are drawn independently: take one of each patient where records of one
    patient resemble each other.

    Args:
        maps: ``[n, samples, leads]``, of any sign; absolute values count.
        near: bool ``[n, samples, leads]``, True near R peaks.
        shifts: number of draws.
        seed: of the draws.

    Raises:
        ValueError: on arrays that do not match, NaN, a map of zeros, a record of which nothing is
            near a peak, or no draws.

    Example:
        >>> near = np.zeros((1, 100, 1), bool)
        >>> near[0, 20:30] = True
        >>> found = peak_share(near.astype(float), near)
        >>> round(found.share, 3), round(found.chance, 3), round(found.p_value, 2)
        (1.0, 0.1, 0.01)
    """
    weights, mask = _checked(maps, near, shifts)
    by_shift = _shares_by_shift(weights, mask)
    rows, samples = by_shift.shape
    found = float(by_shift[:, 0].mean())
    rng = np.random.default_rng(seed)
    drawn = np.zeros(shifts)
    for row in by_shift:
        drawn += row[rng.integers(samples, size=shifts)]
    at_least = int((drawn / rows >= found - 1e-9).sum())
    p_value = (1 + at_least) / (1 + shifts)
    return PeakShare(found, float(mask.mean(axis=(1, 2)).mean()), p_value, rows, shifts)


def _checked(maps: ArrayLike, near: ArrayLike, shifts: int) -> tuple[np.ndarray, np.ndarray]:
    weights, mask = np.abs(np.asarray(maps, np.float64)), np.asarray(near, bool)
    if weights.ndim != 3 or weights.shape != mask.shape or weights.size == 0:
        raise ValueError(
            "expected maps and near [n, samples, leads], alike; got shapes "
            f"{list(weights.shape)} and {list(mask.shape)}"
        )
    if shifts < 1:
        raise ValueError(f"expected at least 1 shift; got {shifts}. 10000 is usual.")
    if not np.isfinite(weights).all():
        raise ValueError("expected finite maps; they hold NaN or infinite values")
    for what, empty in (
        ("a map of zeros has no shares", weights.sum(axis=(1, 2)) == 0),
        ("no R peaks found", ~mask.any(axis=(1, 2))),
    ):
        if empty.any():
            raise ValueError(f"{what}: record {np.flatnonzero(empty)[0]}; leave such records out")
    return weights, mask


def _shares_by_shift(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Each record's share near the peaks, its map shifted by 0, 1, 2, ... samples.

    A circular correlation, by Fourier transforms.
    """
    spectra = np.fft.rfft(mask, axis=1) * np.conj(np.fft.rfft(weights, axis=1))
    inside = np.fft.irfft(spectra.sum(axis=2), n=weights.shape[1], axis=1)
    return inside / weights.sum(axis=(1, 2))[:, None]
