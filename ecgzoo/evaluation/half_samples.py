"""Intervals of figures that copies of a record would spoil: from random halves of the groups.

A bootstrap draws records twice and more. To nearest neighbours a copy is the nearest there is; to a
kernel, a record that is like another; to a canonical correlation, a record that costs nothing to
fit. Random halves hold no copies, and since half the records are left out, their spread is that of
the whole: ``sigma^2 / (n/2) * (1 - 1/2) = sigma^2 / n``. Source: Shao and Wu (1989), A General
Theory for Jackknife Variance Estimation, Annals of Statistics 17(3), 1176-1197 (delete-d, d = n/2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.bootstrap import Interval, check_settings

Statistic = Callable[[np.ndarray], float]


def half_sample_interval(
    statistic: Statistic,
    groups: ArrayLike,
    resamples: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """A figure on all records, with an interval from its values on random halves of the groups.

    The interval is the normal one about the figure, with the standard deviation of the halves'
    values as its standard error: what halving does to the figure's bias does not move it.

    Args:
        statistic: from row numbers, int ``[m]``, to the figure on these rows.
        groups: the group (patient) of each record, ``[n]``; a group is drawn whole.
        resamples: number of halves.
        seed: of the draws.
        level: coverage that the interval aims at.

    Raises:
        ValueError: on fewer than 4 groups, or settings out of range.

    Example:
        >>> x = np.random.default_rng(0).normal(size=400)
        >>> mean = half_sample_interval(lambda rows: x[rows].mean(), np.arange(400))
        >>> round((mean.high - mean.low) / 2, 2)  # 1.96 / sqrt(400) = 0.098
        0.1
    """
    check_settings(resamples, level)
    halves = random_halves(groups, resamples, seed)
    estimate = float(statistic(np.arange(len(np.asarray(groups)))))
    found = np.array([statistic(rows) for rows in halves])
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(found.std(ddof=1))
    return Interval(estimate, estimate - reach, estimate + reach, resamples, level)


def random_halves(groups: ArrayLike, count: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers of random halves of the groups, sorted.

    Raises:
        ValueError: on fewer than 4 groups.

    Example:
        >>> next(random_halves(list("aabbccdd"), count=1, seed=0)).tolist()
        [0, 1, 4, 5]
    """
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 4:
        raise ValueError(
            f"random halves need at least 4 groups; got {len(names)}. Pass a group (a patient) per "
            "record; where every record is its own, number them."
        )
    rng = np.random.default_rng(seed)
    drawn = (rng.permutation(len(names))[: len(names) // 2] for _ in range(count))
    return (np.flatnonzero(np.isin(index, half)) for half in drawn)
