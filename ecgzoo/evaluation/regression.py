"""What an estimate of a number got right: absolute error, explained variance and correlation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import (
    Interval,
    check_settings,
    percentile_interval,
    resampled,
)
from ecgzoo.evaluation.comparison import RESAMPLES, Difference, difference_of
from ecgzoo.evaluation.results import Row
from ecgzoo.evaluation.weighted import WeightedMetric, group_index

Sums = dict[str, np.ndarray]
NUMBERS = {"mae": "mean absolute error", "r2": "R2", "pearson_r": "Pearson r"}
"""What the figures are called for a reader."""


@dataclass(frozen=True)
class RegressionMetrics(Row):
    """How far estimates are from what is true.

    Attributes:
        mae: mean absolute error, in the target's unit.
        r2: share of the variance that is explained: 1 at best, 0 of the mean, below where worse.
            None where what is true does not vary.
        pearson_r: correlation of estimates and truth; None where either does not vary.
        n: number of records.
        target: name of the number.
    """

    mae: float
    r2: float | None
    pearson_r: float | None
    n: int
    target: str = "target"

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures, by the names of their intervals."""
        return {name: getattr(self, name) for name in REGRESSION_METRICS}

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


def _mae(sums: Sums) -> np.ndarray:
    return sums["absolute"] / sums["n"]


def _r2(sums: Sums) -> np.ndarray:
    return 1 - _over(sums["squared"], _spread(sums, "true", "true"))


def _pearson_r(sums: Sums) -> np.ndarray:
    spreads = _spread(sums, "true", "true") * _spread(sums, "told", "told")
    return _over(_spread(sums, "told", "true"), np.sqrt(np.maximum(spreads, 0)))


def _spread(sums: Sums, one: str, other: str) -> np.ndarray:
    """The sum of the products of what lies off the means."""
    return sums[f"{one}*{other}"] - sums[one] * sums[other] / sums["n"]


def _over(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """NaN where there is nothing to divide by; sums of equal numbers differ by roundings."""
    there = denominator > 1e-9
    return np.where(there, numerator / np.where(there, denominator, 1), np.nan)


REGRESSION_METRICS: dict[str, Callable[[Sums], np.ndarray]] = {
    "mae": _mae,
    "r2": _r2,
    "pearson_r": _pearson_r,
}


def regression_metrics(
    true: ArrayLike, told: ArrayLike, target: str = "target"
) -> RegressionMetrics:
    """Measures estimates of a number.

    Args:
        true: float ``[n]``.
        told: what was estimated, float ``[n]``.
        target: name of the number.

    Raises:
        ValueError: on other shapes, lengths that differ, no record, or values that are not finite.

    Example:
        >>> found = regression_metrics([50, 60, 70], [52, 60, 68], target="age")
        >>> round(found.mae, 3), round(found.r2, 3), round(found.pearson_r, 3)
        (1.333, 0.96, 1.0)
    """
    alone = np.arange(np.size(true))
    sums = {name: one.sum(axis=0) for name, one in _columns(true, told, alone).items()}
    found = {name: float(metric(sums)) for name, metric in REGRESSION_METRICS.items()}
    known = {name: value if np.isfinite(value) else None for name, value in found.items()}
    return RegressionMetrics(**known, n=len(alone), target=target)  # type: ignore[arg-type]


def regression_intervals(
    true: ArrayLike,
    told: ArrayLike,
    groups: ArrayLike,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> dict[str, Interval]:
    """Percentile intervals of the figures, by resampling whole groups.

    Args:
        true: float ``[n]``, which vary.
        told: what was estimated, float ``[n]``.
        groups: the group (patient) of each record, ``[n]``.
        resamples: number of resamples.
        seed: of the draws.
        level: coverage, between 0 and 1.

    Returns:
        By the names of the fields of :class:`RegressionMetrics`; without those that no record says.

    Raises:
        ValueError: as :func:`regression_metrics`; or on one group only, or settings out of range.

    Example:
        >>> found = regression_intervals([50, 60, 70, 80], [52, 60, 68, 80], list("abcd"))
        >>> print(found["mae"])
        1.000 (0.000 to 2.000)
    """
    check_settings(resamples, level)
    found = {}
    for name in REGRESSION_METRICS:
        measure = weighted_regression(true, told, groups, name)
        if np.isfinite(measure.estimate):
            drawn = resampled(measure, measure.groups, resamples, seed)
            found[name] = percentile_interval(drawn, measure.estimate, level)
    return found


def paired_regression_difference(
    true: ArrayLike,
    told: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    metric: str = "mae",
    resamples: int = RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> Difference:
    """A figure of some estimates minus that of a baseline's, with a group-bootstrap interval.

    Of the absolute error, below zero is better. See
    :func:`~ecgzoo.evaluation.comparison.paired_difference` for the interval and the test.

    Args:
        true: float ``[n]``.
        told: what was estimated, float ``[n]``.
        baseline: what the baseline estimated, float ``[n]``.
        groups: the group (patient) of each record, ``[n]``.
        metric: ``"mae"``, ``"r2"`` or ``"pearson_r"``.
        resamples: number of resamples.
        seed: of the draws; one seed draws the same groups for every pair.
        level: coverage that the interval aims at.

    Example:
        >>> true, ours, theirs = [50, 60, 70, 80], [51, 61, 71, 81], [53, 63, 73, 83]
        >>> paired_regression_difference(true, ours, theirs, list("abcd")).estimate
        -2.0
    """
    check_settings(resamples, level)
    ours, theirs = (weighted_regression(true, one, groups, metric) for one in (told, baseline))
    drawn = resampled(lambda each: ours(each) - theirs(each), ours.groups, resamples, seed)
    return difference_of(drawn, ours.estimate - theirs.estimate, level)


def weighted_regression(
    true: ArrayLike, told: ArrayLike, groups: ArrayLike, metric: str
) -> WeightedMetric:
    """A figure, ready to be asked under any weights of the groups, which stand sorted.

    Raises:
        ValueError: as :func:`regression_metrics`; or on an unknown metric, or one group only.
    """
    if metric not in REGRESSION_METRICS:
        raise ValueError(f"expected a metric among {', '.join(REGRESSION_METRICS)}; got {metric!r}")
    index, count = group_index(groups)
    columns = _columns(true, told, index)
    measure = REGRESSION_METRICS[metric]
    return WeightedMetric(
        count, lambda weights: measure({name: weights @ one for name, one in columns.items()})
    )


def _columns(true: ArrayLike, told: ArrayLike, index: np.ndarray) -> Sums:
    """What all figures are made of, summed in each group: ``[groups]`` by name."""
    y, p = _checked(true, "true"), _checked(told, "told")
    check_lengths(true=y, told=p, groups=index)
    # About a mean, squares lose no digits to the numbers' size; no figure is another for it.
    error, centre = p - y, y.mean()
    y, p = y - centre, p - centre
    each = {
        "n": np.ones(len(y)),
        "absolute": abs(error),
        "squared": error**2,
        "true": y,
        "told": p,
        "true*true": y * y,
        "told*told": p * p,
        "told*true": p * y,
    }
    return {name: np.bincount(index, one) for name, one in each.items()}


def _checked(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"expected {name} as numbers [n]; got shape {list(array.shape)}")
    if not np.isfinite(array).all():
        row = np.flatnonzero(~np.isfinite(array))[0]
        raise ValueError(f"expected finite numbers in {name}; row {row} holds {array[row]}")
    return array
