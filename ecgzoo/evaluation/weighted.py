"""Metrics as functions of the groups' weights, which is all that resampling needs.

A bootstrap weighs each group by how often it was drawn, a jackknife by 0 or 1, a Bayesian bootstrap
by a Dirichlet draw; a permutation weighs one model's answers against the other's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import (
    check_distributions,
    check_labels,
    check_lengths,
    check_probabilities,
)
from ecgzoo.evaluation.auc import one_against_rest, weighted_macro_auc
from ecgzoo.evaluation.confusion import Metric, named_metric

MACRO_AUC = "macro_auc"
BLOCK = 512  # weightings at once: all of a jackknife would take memory with the groups' square


@dataclass(frozen=True, eq=False)
class WeightedMetric:
    """A metric of some answers, as a function of the groups' weights.

    Attributes:
        groups: how many there are.
        of_weights: from weights ``[weightings, groups]`` to values ``[weightings]``.
    """

    groups: int
    of_weights: Callable[[np.ndarray], np.ndarray]

    def __call__(self, weights: np.ndarray) -> np.ndarray:
        """The metric under each row of weights."""
        return self.of_weights(weights)

    @property
    def estimate(self) -> float:
        """The metric of the records as they are."""
        return float(self(np.ones((1, self.groups)))[0])

    def jackknife(self) -> np.ndarray:
        """The metric without each group: ``[groups]``."""
        blocks = np.array_split(np.arange(self.groups), -(-self.groups // BLOCK))
        return np.concatenate([self(_all_but(block, self.groups)) for block in blocks])


def weighted_metric(
    labels: ArrayLike, predictions: ArrayLike, groups: ArrayLike, metric: str | Metric
) -> WeightedMetric:
    """A metric, ready to be asked under any weights of the groups, which stand sorted.

    Args:
        labels: true class indices, int ``[n]``.
        predictions: predicted class indices, int ``[n]``, or probabilities, float ``[n, classes]``;
            the prediction is then the most probable class.
        groups: group of each record, ``[n]``.
        metric: a name in ``METRICS``, a function of confusion matrices, or ``"macro_auc"``: the
            mean one-vs-rest AUC over the classes that have one, for probabilities.

    Raises:
        ValueError: on arrays that do not match, a missing or a single group, probabilities that
            are not finite or do not sum to 1, an unknown metric, an AUC of one class, or an AUC
            of predictions without probabilities.

    Example:
        >>> measure = weighted_metric([0, 1], [0, 0], ["a", "b"], "accuracy")
        >>> measure.estimate, measure(np.array([[1.0, 3.0]])).tolist()
        (0.5, [0.25])
    """
    check_lengths(labels=labels, predictions=predictions, groups=groups)
    true = check_labels(labels, None)
    index, count = group_index(groups)
    if isinstance(metric, str) and metric == MACRO_AUC:
        return macro_auc_of_scores(true, scores_of(true, predictions), index, count)
    measure = named_metric(metric)
    answers = _answers(true, predictions)
    classes = int(max(true.max(), answers.max())) + 1
    counts = group_confusions(true, answers, index, count, classes)
    return WeightedMetric(count, lambda weights: measure(np.tensordot(weights, counts, axes=1)))


def scores_of(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    """What an AUC ranks: probabilities, float ``[n, classes]``, of labels of two classes or more.

    Raises:
        ValueError: if it is something else.
    """
    if np.ndim(predictions) != 2:
        raise ValueError(
            f"{MACRO_AUC} needs probabilities [n, classes]; got predictions of shape "
            f"{list(np.shape(predictions))}"
        )
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"{MACRO_AUC} needs records of at least 2 classes; all are of class {labels[0]}"
        )
    return _probabilities(labels, predictions)


def macro_auc_of_scores(
    labels: np.ndarray, scores: np.ndarray, index: np.ndarray, groups: int
) -> WeightedMetric:
    """The macro AUC of scores on any scale.

    Args:
        labels: true class indices, int ``[n]``.
        scores: of each class, ``[n, classes]``.
        index: group of each record, from 0, int ``[n]``.
        groups: how many there are.
    """
    classes = [
        one_against_rest(labels == one, scores[:, one], index) for one in range(scores.shape[1])
    ]
    return WeightedMetric(groups, lambda weights: weighted_macro_auc(classes, weights))


def group_index(groups: ArrayLike) -> tuple[np.ndarray, int]:
    """The place of each record's group among all, sorted: int ``[n]``; and how many there are.

    Raises:
        ValueError: if a group is missing (None, NaN or an empty text), or there is one only.

    Example:
        >>> index, count = group_index(["b", "a", "b"])
        >>> index.tolist(), count
        ([1, 0, 1], 2)
    """
    named = np.asarray(groups).tolist()
    missing = [i for i, one in enumerate(named) if one in (None, "") or one != one]  # NaN != NaN
    if missing:
        raise ValueError(
            f"expected a group for every record; row {missing[0]} ({len(missing)} rows in all) has "
            "none. A record that stands alone is a group of its own."
        )
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        raise ValueError(
            "a group bootstrap needs at least 2 groups; got 1. Pass a group per record."
        )
    return index, len(names)


def _all_but(left_out: np.ndarray, groups: int) -> np.ndarray:
    weights = np.ones((len(left_out), groups))
    weights[np.arange(len(left_out)), left_out] = 0
    return weights


def _answers(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    """Class indices, of probabilities the most probable ones."""
    if np.ndim(predictions) == 2:
        return _probabilities(labels, predictions).argmax(axis=1)
    return check_labels(predictions, None, "predictions")


def _probabilities(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    probabilities = check_probabilities(predictions, *np.shape(predictions))
    check_labels(labels, probabilities.shape[1])
    return check_distributions(probabilities)


def group_confusions(
    labels: np.ndarray, predictions: np.ndarray, index: np.ndarray, groups: int, classes: int
) -> np.ndarray:
    """One confusion matrix per group: float64 ``[groups, classes, classes]``.

    Example:
        >>> labels, predictions, index = np.array([0, 1]), np.array([1, 1]), np.array([1, 0])
        >>> group_confusions(labels, predictions, index, groups=2, classes=2).tolist()
        [[[0.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]]]
    """
    cells = (index * classes + labels) * classes + predictions
    counts = np.bincount(cells, minlength=groups * classes**2)
    return counts.reshape(groups, classes, classes).astype(np.float64)
