"""McNemar's test: of the records that one classifier alone gets right, how many are whose?

Source: McNemar (1947), Psychometrika 12(2), 153-157; the mid-p value: Fagerland, Lydersen and Laake
(2013), The McNemar test for binary matched-pairs data, BMC Medical Research Methodology 13:91.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc

from ecgzoo.evaluation.arrays import check_labels, check_lengths
from ecgzoo.evaluation.p_value import p_shown
from ecgzoo.evaluation.results import Row

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
    ours, theirs = right_answers(labels, predictions, baseline)
    first, second = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    both, neither = int((ours & theirs).sum()), int((~ours & ~theirs).sum())
    return McNemar(both, first, second, neither, _p_value(first, second, method), method)


def right_answers(
    labels: ArrayLike, predictions: ArrayLike, baseline: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Which records each of two classifiers gets right: bool ``[n]`` each.

    Raises:
        ValueError: on arrays that do not match or are no class indices.
    """
    check_lengths(labels=labels, predictions=predictions, baseline=baseline)
    true = check_labels(labels, None)
    ours = check_labels(predictions, None, "predictions")
    return ours == true, check_labels(baseline, None, "baseline") == true


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
