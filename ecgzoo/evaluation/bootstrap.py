"""Confidence intervals by resampling groups (patients), not records.

Records of one patient resemble each other, so resampling records would claim more certainty than
there is. Source: Field and Welsh (2007), Bootstrapping clustered data, JRSS B 69(3), 369-390 (the
cluster bootstrap); the interval is the percentile one of Efron (1979).
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.results import Row
from ecgzoo.evaluation.weighted import WeightedMetric, blocks_of, weighted_metric

KEPT = 2**26  # draws that are kept for the next metric, a byte each


@dataclass(frozen=True)
class Interval(Row):
    """An estimate with its confidence interval.

    Attributes:
        estimate: the metric on the records as they are.
        low: lower end of the interval.
        high: upper end of the interval.
        resamples: number of bootstrap resamples that it rests on.
        level: coverage that the interval aims at, such as 0.95.
    """

    estimate: float
    low: float
    high: float
    resamples: int
    level: float

    def __str__(self) -> str:
        return shown_interval(vars(self))


def shown_interval(told: Mapping[str, Any]) -> str:
    """An interval's fields, which JSON may have held, as they are shown.

    Example:
        >>> shown_interval({"estimate": 0.9021, "low": 0.86, "high": 0.94})
        '0.902 (0.860 to 0.940)'
    """
    return f"{told['estimate']:.3f} ({told['low']:.3f} to {told['high']:.3f})"


def group_bootstrap(
    labels: ArrayLike,
    predictions: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """A percentile interval of a metric, resampling whole groups with replacement.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``.
        predictions: predicted class indices, int ``[n]``, or probabilities ``[n, classes]``. Of
            several labels what is called, bool ``[n, classes]``, or probabilities, which call a
            class from 0.5 on.
        groups: the group (patient) of each record, ``[n]``.
        metric: a name in :data:`~ecgzoo.evaluation.metrics.METRICS`; ``"macro_auc"`` or
            ``"macro_average_precision"``, which take probabilities; or a function from confusion
            matrices ``[..., classes, classes]``, of several labels ``[..., classes, 2, 2]``, to
            values ``[...]``. A resample in which no class has an area is left out.
        resamples: number of resamples.
        seed: seed of the resampling.
        level: coverage, between 0 and 1.

    Raises:
        ValueError: on empty arrays, different lengths, one group only, an unknown metric, fewer
            than 2 resamples or a level outside 0 to 1.

    Example:
        >>> labels, predictions = [0, 0, 1, 1], [0, 1, 1, 1]
        >>> print(group_bootstrap(labels, predictions, list("aabb"), metric="accuracy"))
        0.750 (0.500 to 1.000)
    """
    measure = weighted_metric(labels, predictions, groups, metric)
    check_settings(resamples, level)
    values = resampled(measure, measure.groups, resamples, seed)
    return percentile_interval(values, measure.estimate, level)


def percentile_interval(values: np.ndarray, estimate: float, level: float) -> Interval:
    """The middle of the resamples' values.

    Args:
        values: ``[resamples]``; those that are not finite are left out.
        estimate: of the records as they are.
        level: coverage that the interval aims at.

    Example:
        >>> print(percentile_interval(np.arange(101.0), 50.0, 0.9))
        50.000 (5.000 to 95.000)
    """
    there = finite(values)
    low, high = np.quantile(there, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high), len(there), level)


def resampled(
    of_weights: Callable[[np.ndarray], np.ndarray], groups: int, resamples: int, seed: int
) -> np.ndarray:
    """What a function of the groups' weights gives in each resample.

    The same arguments draw the same resamples, so that two models can be compared pairwise.

    Args:
        of_weights: from weights ``[some, groups]`` to values ``[some, ...]``.
        groups: how many there are.
        resamples: number of resamples.
        seed: of the draws.

    Returns:
        ``[resamples, ...]``.

    Example:
        >>> resampled(lambda weights: weights.sum(axis=1), groups=3, resamples=2, seed=0)
        array([3., 3.])
    """
    return np.concatenate([of_weights(one) for one in bootstrap_weights(groups, resamples, seed)])


def resampled_each(measures: Sequence[WeightedMetric], resamples: int, seed: int) -> np.ndarray:
    """What several metrics of the same groups give in the same resamples: ``[resamples, metrics]``.

    Example:
        >>> measure = weighted_metric([0, 1], [0, 1], ["a", "b"], "accuracy")
        >>> resampled_each([measure, measure], resamples=2, seed=0).tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """
    return resampled(
        lambda weights: np.stack([one(weights) for one in measures], axis=1),
        measures[0].groups,
        resamples,
        seed,
    )


def bootstrap_weights(groups: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each group stands in each resample, in blocks: float64 ``[some, groups]`` each.

    Example:
        >>> [block.sum(axis=1) for block in bootstrap_weights(3, resamples=2, seed=0)]
        [array([3., 3.])]
    """
    counts = _kept_counts if groups * resamples <= KEPT else _counts
    for drawn in counts(groups, resamples, seed):
        yield drawn.astype(np.float64)  # products of float64 run in BLAS; of integers they do not


@functools.lru_cache(maxsize=1)  # drawing takes longer than most metrics, and is asked for each
def _kept_counts(groups: int, resamples: int, seed: int) -> tuple[np.ndarray, ...]:
    return tuple(_counts(groups, resamples, seed))


def _counts(groups: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """The draws, block by block, in the smallest integers that hold them."""
    rng, shares = np.random.default_rng(seed), np.full(groups, 1 / groups)
    for block in blocks_of(resamples, groups):
        drawn = rng.multinomial(groups, shares, len(block))
        yield drawn.astype(np.min_scalar_type(drawn.max()))


def finite(values: np.ndarray) -> np.ndarray:
    """The values of those resamples that have one: without two classes there is no AUC.

    Raises:
        ValueError: if fewer than two are left.
    """
    there = values[np.isfinite(values)]
    if len(there) < 2:
        raise ValueError(
            f"expected two classes in a resample; {len(values) - len(there)} of {len(values)} "
            "have one class only, which has no AUC. Give more groups."
        )
    return there


def check_settings(resamples: int, level: float) -> None:
    """Checks the number of resamples and the coverage.

    Raises:
        ValueError: if either is out of its range.
    """
    if resamples < 2:
        raise ValueError(f"expected at least 2 resamples; got {resamples}. 2000 is usual.")
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, such as 0.95; got {level}")
