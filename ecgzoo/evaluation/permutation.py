"""The permutation test of two classifiers: would the difference be as large if names were swapped?

If both answer alike in law, each group's two sets of answers may change places. Source: Good
(2005), Permutation, Parametric and Bootstrap Tests of Hypotheses; for answers of classifiers, Yeh
(2000), More accurate tests for the statistical significance of result differences, COLING. The
p-value counts the answers as they are (Phipson and Smyth 2010, Statistical Applications in Genetics
and Molecular Biology 9(1), article 39).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_lengths
from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.p_value import p_shown
from ecgzoo.evaluation.results import Row
from ecgzoo.evaluation.weighted import (
    MACRO_AUC,
    WeightedMetric,
    group_index,
    in_blocks,
    macro_auc_of_scores,
    scores_of,
    weighted_metric,
)

ROUNDING = 1e-9  # a swap that changes nothing may move the difference by rounding errors


@dataclass(frozen=True)
class Permutation(Row):
    """How unusual a difference is among swaps.

    Attributes:
        estimate: the metric's difference on the records as they are.
        p_value: two-sided, of no difference.
        swaps: number of random swaps.
    """

    estimate: float
    p_value: float
    swaps: int

    def __str__(self) -> str:
        return f"{self.estimate:+.3f}, {p_shown(self.p_value)}"


def permutation_test(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    swaps: int = 10_000,
    seed: int = 0,
) -> Permutation:
    """Tests whether two classifiers differ in a metric, swapping their answers by whole groups.

    It holds its level however few the groups are, where a bootstrap does not. For ``"macro_auc"``
    ranks among a classifier's own answers are swapped, so that neither needs the other's scale
    (Venkatraman and Begg 1996, Biometrika 83(4), 835-848).

    Args:
        labels: true class indices, int ``[n]``.
        predictions: predicted class indices, int ``[n]``, or probabilities ``[n, classes]``.
        baseline: those of the classifier to compare with, likewise.
        groups: group of each record, ``[n]``; rows of one group are swapped together.
        metric: a name in ``METRICS``, a function of confusion matrices, or ``"macro_auc"``.
        swaps: number of random swaps.
        seed: of the draws.

    Raises:
        ValueError: as :func:`~ecgzoo.evaluation.paired_difference`.

    Example:
        >>> labels, wrong = np.zeros(12, int), np.ones(12, int)
        >>> found = permutation_test(labels, labels, wrong, np.arange(12), "accuracy")
        >>> found.estimate, found.p_value < 0.002  # 2 of 4096 swaps are as extreme
        (1.0, True)
    """
    check_settings(swaps, level=0.5)
    check_lengths(labels=labels, predictions=predictions, baseline=baseline, groups=groups)
    if np.ndim(predictions) != np.ndim(baseline):
        raise ValueError("expected class indices of both classifiers, or probabilities of both")
    index, count = group_index(groups)
    measure = _one_below_the_other(check_labels(labels, None), predictions, baseline, index, metric)
    found = _difference(measure, np.ones((1, count)))[0]
    rng = np.random.default_rng(seed)
    swapped = in_blocks(
        partial(_difference, measure),
        lambda some: rng.integers(0, 2, (some, count)).astype(np.float64),
        swaps,
        count,
    )
    extreme = abs(swapped) >= abs(found) - ROUNDING
    return Permutation(float(found), (1 + int(extreme.sum())) / (swaps + 1), swaps)


def _one_below_the_other(
    labels: np.ndarray,
    predictions: ArrayLike,
    baseline: ArrayLike,
    index: np.ndarray,
    metric: str | Metric,
) -> WeightedMetric:
    """Both classifiers' answers, the baseline's as other groups: weights pick whose count."""
    both = np.concatenate([labels, labels])
    place = np.concatenate([index, index + index.max() + 1])
    if metric != MACRO_AUC:
        return weighted_metric(both, np.concatenate([predictions, baseline]), place, metric)
    scores = [_ranks(scores_of(labels, one)) for one in (predictions, baseline)]
    return macro_auc_of_scores(both, np.concatenate(scores), place, int(place.max()) + 1)


def _ranks(scores: np.ndarray) -> np.ndarray:
    """How many scores of its column are lower than each, ties counting half."""
    found = np.empty_like(scores)
    for column, values in enumerate(scores.T):
        ends = (np.searchsorted(np.sort(values), values, side) for side in ("left", "right"))
        found[:, column] = sum(ends) / 2
    return found


def _difference(measure: WeightedMetric, keep: np.ndarray) -> np.ndarray:
    """The metric with the groups that keep their places, minus that of what is left."""
    return measure(np.hstack([keep, 1 - keep])) - measure(np.hstack([1 - keep, keep]))
