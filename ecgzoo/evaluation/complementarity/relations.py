"""Relation: how two domains' embeddings of the same records are related, labels aside.

Intervals are from random halves of the groups. A bootstrap draws records twice and more. To nearest
neighbours a copy is the nearest there is; to a kernel, a record that is like another; to a
canonical correlation, a record that costs nothing to fit. Random halves hold no copies, and since
half the records are left out, their spread is that of the whole: ``sigma^2 / (n/2) * (1 - 1/2) =
sigma^2 / n``. Source: Shao and Wu (1989), A General Theory for Jackknife Variance Estimation,
Annals of Statistics 17(3), 1176-1197 (delete-d, d = n/2).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import Interval, check_settings
from ecgzoo.evaluation.complementarity.correlation import (
    LEAST,
    canonical_correlation,
    check_embeddings,
    linear_cka,
    mean_absolute_correlation,
    mean_correlation,
    mutual_information,
    pooled_correlation,
)
from ecgzoo.evaluation.results import Told


def half_sample_interval(
    statistic: Callable[[np.ndarray], float],
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


Measure = Callable[[np.ndarray, np.ndarray], float]

MEASURES: dict[str, Measure] = {
    "pooled correlation": pooled_correlation,
    "mean correlation": mean_correlation,
    "mean |correlation|": mean_absolute_correlation,
    "canonical correlation": canonical_correlation,
    "linear CKA": linear_cka,
    "mutual information": mutual_information,
}
SHUFFLES = 20


@dataclass(frozen=True)
class Relation(Told):
    """How two embeddings of the same records are related.

    Attributes:
        first: name of the one domain.
        second: name of the other.
        figures: by the names of ``MEASURES``, with intervals from random halves of the groups.
        by_chance: each figure's mean where the second embedding's records are shuffled: what it
            would be, at this number of records, if there were no relation.
    """

    first: str
    second: str
    figures: dict[str, Interval]
    by_chance: dict[str, float]

    def to_rows(self) -> list[dict[str, Any]]:
        """A row per figure."""
        pair = {"first": self.first, "second": self.second}
        return [
            {**pair, "figure": name, **one.to_dict(), "by_chance": self.by_chance[name]}
            for name, one in self.figures.items()
        ]


def relation(
    first: ArrayLike,
    second: ArrayLike,
    groups: ArrayLike,
    folds: ArrayLike | None = None,
    names: tuple[str, str] = ("first", "second"),
    resamples: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> Relation:
    """Measures how two embeddings of the same records are related.

    Args:
        first: float ``[n, width]``, a row per record.
        second: float ``[n, another width]``, of the same records in the same order.
        groups: the group (patient) of each record, ``[n]``.
        folds: which encoders embedded each record, ``[n]``, if not all were the same: encoders of
            different folds have nothing in common but the training, so each figure is the mean
            over the folds, weighted by their records.
        names: what the two are called.
        resamples: number of random halves.
        seed: of halves and shuffles.
        level: coverage of the intervals.

    Raises:
        ValueError: on arrays of different lengths, NaN, constant embeddings, fewer than 20 records
            (of any fold), or fewer than 4 groups.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.normal(size=(100, 4))
        >>> found = relation(x, 2 * x, np.arange(100), resamples=20)
        >>> round(found.figures["linear CKA"].estimate, 3)
        1.0
    """
    pair = check_embeddings(first, names[0]), check_embeddings(second, names[1])
    parts = np.zeros(len(pair[0]), int) if folds is None else np.asarray(folds)
    check_lengths(**dict(zip(names, pair, strict=True)), groups=groups, folds=parts)
    _check_folds(parts, pair, names)
    rng = np.random.default_rng(seed)
    shuffles = [_shuffled(parts, rng) for _ in range(SHUFFLES)]
    figures, by_chance = {}, {}
    for name, measure in MEASURES.items():
        figures[name] = half_sample_interval(
            _on_rows(measure, *pair, parts), groups, resamples, seed, level
        )
        alone = [_by_fold(measure, pair[0], pair[1][order], parts) for order in shuffles]
        by_chance[name] = float(np.mean(alone))
    return Relation(*names, figures, by_chance)


def _on_rows(
    measure: Measure, first: np.ndarray, second: np.ndarray, folds: np.ndarray
) -> Callable[[np.ndarray], float]:
    return lambda rows: _by_fold(measure, first[rows], second[rows], folds[rows])


def _by_fold(measure: Measure, first: np.ndarray, second: np.ndarray, folds: np.ndarray) -> float:
    """The measure within each fold, and the mean of that."""
    names, counts = np.unique(folds, return_counts=True)
    found = [measure(first[folds == one], second[folds == one]) for one in names]
    return float(np.average(found, weights=counts))


def _shuffled(folds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order of the rows within each fold."""
    order = np.arange(len(folds))
    for one in np.unique(folds):
        rows = np.flatnonzero(folds == one)
        order[rows] = rng.permutation(rows)
    return order


def _check_folds(folds: np.ndarray, pair: tuple[np.ndarray, ...], names: tuple[str, str]) -> None:
    for fold, count in zip(*np.unique(folds, return_counts=True), strict=True):
        if count < LEAST:
            raise ValueError(
                f"expected at least {LEAST} records in every fold; fold {fold} has {count}. "
                "Use fewer folds."
            )
        for one, name in zip(pair, names, strict=True):
            check_embeddings(one[folds == fold], name)
