"""Metrics as functions of the groups' weights, which is all that resampling needs.

A bootstrap weighs each group by how often it was drawn, a jackknife by 0 or 1, a Bayesian bootstrap
by a Dirichlet draw; a permutation weighs one model's answers against the other's.
"""

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
from ecgzoo.evaluation.metrics import METRICS, Metric

BLOCK = 64  # weightings at once: their running sums over some hundred records stay in the cache


@dataclass(frozen=True, eq=False)
class _OneAgainstRest:
    """A class's records and the others, ready to be weighed.

    Attributes:
        members: group of each of the class's records, int ``[m]``.
        others: group of each other record, by rising score, int ``[o]``.
        below: how many of the others score lower than each member, int ``[m]``.
        upto: how many score lower or the same, int ``[m]``.
    """

    members: np.ndarray
    others: np.ndarray
    below: np.ndarray
    upto: np.ndarray

    def area(self, weights: np.ndarray) -> np.ndarray:
        """The AUC under weights ``[groups, b]``: ``[b]``, NaN where either side weighs nothing."""
        running = np.zeros((len(self.others) + 1, weights.shape[1]))
        np.cumsum(weights[self.others], axis=0, out=running[1:])
        ours = weights[self.members]
        beaten = (running[self.below] + running[self.upto]) / 2
        pairs = ours.sum(axis=0) * running[-1]
        won = np.einsum("mb,mb->b", ours, beaten)
        return np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def _one_against_rest(member: np.ndarray, scores: np.ndarray, index: np.ndarray) -> _OneAgainstRest:
    """Sorts scores ``[n]``, of which a class's members have each a group."""
    rest = scores[~member]
    order = np.argsort(rest, kind="stable")
    below, upto = (np.searchsorted(rest[order], scores[member], side) for side in ("left", "right"))
    return _OneAgainstRest(index[member], index[~member][order], below, upto)


def _weighted_macro_auc(classes: list[_OneAgainstRest], weights: np.ndarray) -> np.ndarray:
    """The mean AUC over the classes that have one; NaN where only one class weighs anything."""
    values = np.empty(len(weights))
    for start in range(0, len(weights), BLOCK):
        block = np.ascontiguousarray(weights[start : start + BLOCK].T)
        areas = np.stack([one.area(block) for one in classes])
        known = np.isfinite(areas).sum(axis=0)
        total = np.nansum(areas, axis=0)
        values[start : start + BLOCK] = np.where(known, total / np.maximum(known, 1), np.nan)
    return values


MACRO_AUC = "macro_auc"
# Weights at once, 8 MB: all of a jackknife would take memory with the groups' square. Fewer are a
# matrix so small that BLAS multiplies it another way, with other roundings.
AT_ONCE = 2**20


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
        blocks = blocks_of(self.groups, self.groups)
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
    measure = _named_metric(metric)
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
        _one_against_rest(labels == one, scores[:, one], index) for one in range(scores.shape[1])
    ]
    return WeightedMetric(groups, lambda weights: _weighted_macro_auc(classes, weights))


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


def blocks_of(weightings: int, groups: int) -> list[np.ndarray]:
    """The places of weightings that are asked about together: even blocks, within ``AT_ONCE``.

    Example:
        >>> [len(block) for block in blocks_of(50, groups=50_000)]
        [17, 17, 16]
    """
    count = min(weightings, -(-weightings * groups // AT_ONCE))
    return np.array_split(np.arange(weightings), count)


def in_blocks(
    of_weights: Callable[[np.ndarray], np.ndarray],
    draw: Callable[[int], np.ndarray],
    weightings: int,
    groups: int,
) -> np.ndarray:
    """What a function of weights gives for many drawn weightings, of which few are held at once.

    Args:
        of_weights: from weights ``[some, groups]`` to values ``[some, ...]``.
        draw: the next weightings, as many as it is asked for; of a generator that goes on where it
            was they are the same in blocks as in one piece.
        weightings: how many in all.
        groups: how many there are.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> drawn = in_blocks(lambda weights: weights[:, 0], lambda n: rng.random((n, 2)), 10, 2)
        >>> bool((drawn == np.random.default_rng(0).random((10, 2))[:, 0]).all())
        True
    """
    blocks = blocks_of(weightings, groups)
    return np.concatenate([of_weights(draw(len(block))) for block in blocks])


def _all_but(left_out: np.ndarray, groups: int) -> np.ndarray:
    weights = np.ones((len(left_out), groups))
    weights[np.arange(len(left_out)), left_out] = 0
    return weights


def _named_metric(metric: str | Metric) -> Metric:
    if callable(metric):
        return metric
    if metric not in METRICS:
        raise ValueError(f"expected a metric among {', '.join(METRICS)}, macro_auc; got {metric!r}")
    return METRICS[metric]


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
