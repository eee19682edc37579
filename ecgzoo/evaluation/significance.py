"""Whether two classifiers differ: McNemar's test and the permutation test; and on which records.

McNemar's test asks of the records that one alone gets right how many are whose. Source: McNemar
(1947), Psychometrika 12(2), 153-157; the mid-p value: Fagerland, Lydersen and Laake (2013), The
McNemar test for binary matched-pairs data, BMC Medical Research Methodology 13:91.

The permutation test asks whether the difference would be as large if names were swapped: if both
answer alike in law, each group's two sets of answers may change places. Source: Good (2005),
Permutation, Parametric and Bootstrap Tests of Hypotheses; for answers of classifiers, Yeh (2000),
More accurate tests for the statistical significance of result differences, COLING. The p-value
counts the answers as they are (Phipson and Smyth 2010, Statistical Applications in Genetics and
Molecular Biology 9(1), article 39).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc

from ecgzoo.evaluation.arrays import check_labels, check_lengths, check_probabilities
from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.ranked import KINDS, macro_area
from ecgzoo.evaluation.results import Row, Told, frame, p_shown
from ecgzoo.evaluation.weighted import (
    WeightedMetric,
    checked_labels,
    group_index,
    in_blocks,
    of_columns,
    scores_of,
    weighted_metric,
)

if TYPE_CHECKING:
    import pandas as pd


METHODS = ("mid-p", "exact", "chi2")


@dataclass(frozen=True)
class McNemar(Row):
    """The records on which two classifiers disagree, and McNemar's test of them.

    Attributes:
        both: records that both get right.
        only_first: those that the first alone gets right.
        only_second: those that the second alone gets right.
        neither: those that neither gets right.
        p_value: two-sided, of equal accuracy.
        method: ``"mid-p"``, ``"exact"`` or ``"chi2"``.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float
    method: str

    def __str__(self) -> str:
        return f"{self.only_first} against {self.only_second}, {p_shown(self.p_value)}"


def mcnemar(
    labels: ArrayLike, predictions: ArrayLike, baseline: ArrayLike, method: str = "mid-p"
) -> McNemar:
    """Tests whether two classifiers are right equally often, on independent records.

    Records of one patient are not independent: with several per patient this test sees differences
    that are none, and :func:`~ecgzoo.evaluation.permutation_test` by patient takes its place.

    Args:
        labels: true class indices, int ``[n]``, a record per patient.
        predictions: predicted class indices, int ``[n]``.
        baseline: those of the classifier to compare with, int ``[n]``.
        method: ``"mid-p"``, which comes closest to its level; ``"exact"``, which never exceeds it;
            or ``"chi2"``, with the correction for continuity, for many disagreements.

    Raises:
        ValueError: on arrays that do not match or are no class indices, or an unknown method.

    Example:
        >>> print(mcnemar([0] * 10, [0] * 10, [1] * 6 + [0] * 4, "exact"))  # 2 / 2**6
        6 against 0, p 0.031
    """
    if method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}; got {method!r}")
    check_lengths(labels=labels, predictions=predictions, baseline=baseline)
    true = check_labels(labels, None)
    ours = check_labels(predictions, None, "predictions") == true
    theirs = check_labels(baseline, None, "baseline") == true
    first, second = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    both, neither = int((ours & theirs).sum()), int((~ours & ~theirs).sum())
    return McNemar(both, first, second, neither, _p_value(first, second, method), method)


def _p_value(first: int, second: int, method: str) -> float:
    rarer, of = min(first, second), first + second
    if of == 0:
        return 1.0  # nothing speaks for a difference
    if method == "chi2":
        return float(chdtrc(1, max(abs(first - second) - 1, 0) ** 2 / of))
    tail = bdtr(rarer, of, 0.5)
    if method == "exact":
        return min(1.0, float(2 * tail))
    point = tail - (bdtr(rarer - 1, of, 0.5) if rarer else 0.0)
    return min(1.0, float(2 * tail - point))


@dataclass(frozen=True, eq=False)
class Corrected(Told):
    """What changes from one classifier to another, on the same records.

    Attributes:
        rows: int ``[cases]``: records that the first gets wrong and the second right, those first
            whose true class gains most probability.
        labels: int ``[cases]``, their true class.
        before: int ``[cases]``, what the first called them.
        gain: float ``[cases]``, by how much the true class's probability rises.
        broken: how many it is the other way round for: right first, wrong then.
        records: how many there are in all.
    """

    rows: np.ndarray
    labels: np.ndarray
    before: np.ndarray
    gain: np.ndarray
    broken: int
    records: int

    def __str__(self) -> str:
        return f"{len(self.rows)} corrected and {self.broken} broken of {self.records} records"

    def to_frame(self) -> pd.DataFrame:
        """A row per corrected record."""
        return frame({k: getattr(self, k) for k in ("rows", "labels", "before", "gain")})


def corrected(labels: ArrayLike, baseline: ArrayLike, probabilities: ArrayLike) -> Corrected:
    """Finds the records that a baseline gets wrong and another classifier right.

    Such cases are chosen by the outcome: chance alone makes some of them. ``broken`` beside their
    number tells how much of it may be that.

    Args:
        labels: true class indices, int ``[n]``.
        baseline: out-of-fold probabilities of the first, ``[n, classes]``.
        probabilities: those of the second.

    Raises:
        ValueError: on arrays that do not match, NaN, or values that are no probabilities.

    Example:
        >>> found = corrected([0, 1], [[0.4, 0.6], [0.1, 0.9]], [[0.8, 0.2], [0.2, 0.8]])
        >>> print(found, found.rows, found.gain.round(2))
        1 corrected and 0 broken of 2 records [0] [0.4]
    """
    classes = np.shape(baseline)[-1] if np.ndim(baseline) == 2 else 0
    true = check_labels(labels, classes or None)
    first, second = (check_probabilities(p, len(true), classes) for p in (baseline, probabilities))
    right = [p.argmax(axis=1) == true for p in (first, second)]
    rows = np.flatnonzero(~right[0] & right[1])
    gain = second[rows, true[rows]] - first[rows, true[rows]]
    order = np.argsort(-gain, kind="stable")
    rows, gain = rows[order], gain[order]
    broken = int((right[0] & ~right[1]).sum())
    return Corrected(rows, true[rows], first[rows].argmax(axis=1), gain, broken, len(true))


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
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``, with predictions as of ``group_bootstrap``.
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
    measure = _one_below_the_other(checked_labels(labels), predictions, baseline, index, metric)
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
    if not isinstance(metric, str) or metric not in KINDS:
        return weighted_metric(both, np.concatenate([predictions, baseline]), place, metric)
    pair = (predictions, baseline)
    scores = np.concatenate([_ranks(scores_of(labels, one, metric)) for one in pair])
    area = macro_area(metric, of_columns(both, scores), scores, place)
    return WeightedMetric(int(place.max()) + 1, area)


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
