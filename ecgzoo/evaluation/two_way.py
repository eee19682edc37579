"""Intervals that count the noise of training beside that of patients: a two-way bootstrap.

A figure moves when other patients are asked, and when the same model is trained again, with other
seeds of weights or folds. Several repetitions that answered for the same records show both, and a
resample draws patients and, independently, repetitions. Source: Owen (2007), The Pigeonhole
Bootstrap, Annals of Applied Statistics 1(2), 386-411, which also shows that it errs to the safe
side: what a patient and a repetition do only together is counted up to three times. Drawing from R
repetitions shows (R - 1) / R of their variance, much too little of three; so their deviations from
the mean are drawn larger by the square root of R / (R - 1). What is covered was measured:
docs/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import (
    Interval,
    check_settings,
    percentile_interval,
    resampled_each,
)
from ecgzoo.evaluation.comparison import (
    RESAMPLES,
    Difference,
    difference_of,
    repetitions_of,
)
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.weighted import WeightedMetric, weighted_metric

LEAST = 2  # repetitions: one alone shows nothing of the noise of training


@dataclass(frozen=True)
class RepeatedInterval(Interval):
    """A mean over repetitions with an interval that counts patients and training.

    Attributes:
        repetitions: how many there are.
        spread: sample standard deviation of the figure among them.
    """

    repetitions: int
    spread: float


@dataclass(frozen=True)
class RepeatedDifference(Difference):
    """A difference of means over repetitions; interval and p-value count patients and training.

    Attributes:
        repetitions: how many the first classifier has, and the second.
        spread: sample standard deviation of the difference among repetitions; of unpaired ones the
            root of both classifiers' variances.
    """

    repetitions: tuple[int, int]
    spread: float


def repeated_interval(
    labels: ArrayLike,
    predictions: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> RepeatedInterval:
    """The mean of a metric over repetitions, with an interval over patients and repetitions.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``.
        predictions: of each repetition what ``group_bootstrap`` takes: ``[repetitions, n]`` or
            ``[repetitions, n, classes]``, two at least.
        groups: the group (patient) of each record, ``[n]``.
        metric: as of :func:`~ecgzoo.evaluation.group_bootstrap`.
        resamples: number of resamples.
        level: coverage, between 0 and 1.
        seed: of the draws.

    Raises:
        ValueError: on a single repetition, or what ``group_bootstrap`` refuses.

    Example:
        >>> labels, twice = [0, 1] * 10, [[0, 1] * 10, [0, 0] + [0, 1] * 9]
        >>> found = repeated_interval(labels, twice, range(20), "accuracy")
        >>> found.estimate, found.repetitions, round(found.spread, 3)
        (0.975, 2, 0.035)
    """
    check_settings(resamples, level)
    measures = _measures(labels, predictions, groups, metric, "predictions")
    draws = _draws(len(measures), resamples, np.random.default_rng([seed, 1]))
    drawn = resampled_each(measures, resamples, seed)
    estimates = np.array([one.estimate for one in measures])
    found = percentile_interval(_weighed(drawn, draws), float(estimates.mean()), level)
    return RepeatedInterval(**vars(found), repetitions=len(measures), spread=_spread(estimates))


def repeated_difference(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    paired: bool = True,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> RepeatedDifference:
    """The difference of two classifiers' mean metric, over patients and repetitions.

    A resample draws the same patients for both classifiers and all repetitions. The p-value is as
    of :func:`~ecgzoo.evaluation.paired_difference`.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``.
        predictions: of each repetition what ``paired_difference`` takes: ``[repetitions, n]`` or
            ``[repetitions, n, classes]``, two at least.
        baseline: those of the classifier to compare with, likewise.
        groups: group of each record, ``[n]``; rows of one group are drawn together.
        metric: as of :func:`~ecgzoo.evaluation.group_bootstrap`.
        paired: whether both classifiers' repetitions go together, the first with the first and so
            on, as on the same folds; they are then drawn together. Else each classifier's are
            drawn for themselves, and their numbers may differ.
        resamples: number of bootstrap resamples.
        level: coverage that the interval aims at.
        seed: of the draws; one seed draws the same groups for every pair.

    Raises:
        ValueError: on a single repetition, paired ones of different numbers, or what
            ``paired_difference`` refuses.

    Example:
        >>> labels, ours = [0, 1] * 50, [[0, 1] * 50, [0, 0] + [0, 1] * 49]
        >>> theirs = [[0, 0] * 10 + [0, 1] * 40, [1, 1] * 10 + [0, 1] * 40]
        >>> found = repeated_difference(labels, ours, theirs, range(100), "accuracy")
        >>> round(found.estimate, 3), found.low > 0, found.repetitions
        (0.095, True, (2, 2))
    """
    check_settings(resamples, level)
    sides = [
        _measures(labels, predictions, groups, metric, "predictions"),
        _measures(labels, baseline, groups, metric, "baseline"),
    ]
    counts = len(sides[0]), len(sides[1])
    if paired and counts[0] != counts[1]:
        raise ValueError(
            f"expected as many repetitions of both, since paired ones are drawn together; got "
            f"{counts[0]} and {counts[1]}. paired=False draws them apart."
        )
    draws = [
        _draws(count, resamples, np.random.default_rng([seed, 1 if paired else place]))
        for place, count in enumerate(counts, 1)
    ]
    drawn = resampled_each([*sides[0], *sides[1]], resamples, seed)
    ours, theirs = (
        _weighed(values, weights)
        for values, weights in zip(
            (drawn[:, : counts[0]], drawn[:, counts[0] :]), draws, strict=True
        )
    )
    first, second = (np.array([one.estimate for one in side]) for side in sides)
    spread = _spread(first - second) if paired else float(np.hypot(_spread(first), _spread(second)))
    found = difference_of(ours - theirs, float(first.mean() - second.mean()), level)
    return RepeatedDifference(**vars(found), repetitions=counts, spread=spread)


def _measures(
    labels: ArrayLike, predictions: ArrayLike, groups: ArrayLike, metric: str | Metric, name: str
) -> list[WeightedMetric]:
    """The metric of each repetition."""
    answers = repetitions_of(labels, predictions, name)
    if len(answers) < LEAST:
        raise ValueError(
            f"expected at least {LEAST} repetitions in {name}; got {len(answers)}, which shows "
            "nothing of the noise of training: group_bootstrap and paired_difference count that of "
            "patients alone"
        )
    check_lengths(**{"labels": labels, name: answers[0], "groups": groups})
    return [weighted_metric(labels, one, groups, metric) for one in answers]


def _draws(repetitions: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """What each repetition weighs in each resample: ``[resamples, repetitions]``, sums of 1.

    Their covariance is that of the mean of independent repetitions, without bias.
    """
    even = 1 / repetitions
    drawn = rng.multinomial(repetitions, np.full(repetitions, even), resamples) / repetitions
    return even + (drawn - even) * np.sqrt(repetitions / (repetitions - 1))


def _weighed(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray((values * weights).sum(axis=1))


def _spread(estimates: np.ndarray) -> float:
    return float(estimates.std(ddof=1))
