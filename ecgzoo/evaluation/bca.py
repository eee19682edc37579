"""BCa intervals of bootstrap resamples.

BCa, bias-corrected and accelerated, moves the percentiles by how far the resamples lie from the
estimate (bias) and by how the estimate's error grows with its value (acceleration, from a
jackknife). Source: Efron (1987), Better Bootstrap Confidence Intervals, JASA 82(397), 171-185; as
in Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 14.3. Resamples that equal
the estimate count half, as in scipy.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from ecgzoo.evaluation.bootstrap import Interval, finite


def bca_interval(
    values: np.ndarray, estimate: float, jackknife: np.ndarray, level: float
) -> Interval:
    """The BCa interval.

    Args:
        values: ``[resamples]``; those that are not finite are left out.
        estimate: of the records as they are.
        jackknife: the estimate without each group, ``[groups]``; likewise.
        level: coverage that the interval aims at.

    Example:
        >>> values = np.arange(101.0)  # half of them below the estimate, and an even jackknife:
        >>> print(bca_interval(values, 50.0, np.array([49.0, 51.0]), 0.9))  # as the percentiles
        50.000 (5.000 to 95.000)
    """
    there = finite(values)
    bias = _bias(there, estimate)
    shifted = bias + ndtri([(1 - level) / 2, (1 + level) / 2])
    # Few resamples on one side and an outlying group may push the denominator to zero; the
    # interval then ends at the outermost resample.
    scale = np.maximum(1 - acceleration(jackknife) * shifted, 1e-12)
    low, high = np.quantile(there, ndtr(bias + shifted / scale))
    return Interval(estimate, float(low), float(high), len(there), level)


def acceleration(jackknife: np.ndarray) -> float:
    """A sixth of the jackknife's skewness; 0 where no group makes a difference.

    Example:
        >>> acceleration(np.array([1.0, 1.0, 1.0])), acceleration(np.array([0.0, 1.0]))
        (0.0, 0.0)
    """
    known = jackknife[np.isfinite(jackknife)]
    influence = known.mean() - known if len(known) else np.zeros(1)
    if np.ptp(influence) < 1e-12:  # a rounding error has a skewness too
        return 0.0
    return float((influence**3).sum() / (6 * (influence**2).sum() ** 1.5))


def _bias(values: np.ndarray, estimate: float) -> float:
    """Normal quantile of the share of resamples below the estimate, ties counting half."""
    same = np.isclose(values, estimate, rtol=0, atol=1e-12)  # sums in another order differ by bits
    share = ((values < estimate) & ~same).mean() + same.mean() / 2
    edge = 0.5 / len(values)
    return float(ndtri(np.clip(share, edge, 1 - edge)))
