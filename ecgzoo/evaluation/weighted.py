"""Metrics as functions of the groups' weights, which is all that resampling needs.

A bootstrap weighs each group by how often it was drawn, a jackknife by 0 or 1, a Bayesian bootstrap
by a Dirichlet draw; a permutation weighs one model's answers against the other's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import (
    check_distributions,
    check_labels,
    check_lengths,
    check_members,
    check_probabilities,
    several_at_once,
)
from ecgzoo.evaluation.class_counts import MACRO_METRICS, all_right, class_confusions
from ecgzoo.evaluation.metrics import METRICS, Metric, ratio
from ecgzoo.evaluation.ranked import KINDS, MACRO_AUC, macro_area

CALLED_FROM = 0.5  # of several labels at once, where no threshold was fitted
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
        labels: true class indices, int ``[n]``; or of several labels at once, zeros and ones
            ``[n, classes]``.
        predictions: predicted class indices, int ``[n]``, or probabilities, float ``[n, classes]``;
            the prediction is then the most probable class. Of several labels at once: what is
            called, bool or int ``[n, classes]``, or probabilities, which call a class from 0.5 on
            and need not sum to 1.
        groups: group of each record, ``[n]``.
        metric: a name in ``METRICS``; ``"macro_auc"`` or ``"macro_average_precision"``, the mean
            one-vs-rest area over the classes that have one, for probabilities; or a function of
            confusion matrices ``[..., classes, classes]``, of several labels at once
            ``[..., classes, 2, 2]``. Accuracy is then the share of records with every label right.

    Raises:
        ValueError: on arrays that do not match, a missing or a single group, probabilities that
            are not finite or, of one label each, do not sum to 1, an unknown metric, an area of one
            class, or an area of predictions without probabilities.

    Example:
        >>> measure = weighted_metric([0, 1], [0, 0], ["a", "b"], "accuracy")
        >>> measure.estimate, measure(np.array([[1.0, 3.0]])).tolist()
        (0.5, [0.25])
        >>> weighted_metric([[1, 1], [0, 1]], [[1, 0], [0, 1]], ["a", "b"], "accuracy").estimate
        0.5
    """
    check_lengths(labels=labels, predictions=predictions, groups=groups)
    true = checked_labels(labels)
    index, count = group_index(groups)
    if isinstance(metric, str) and metric in KINDS:
        scores = scores_of(true, predictions, metric)
        return WeightedMetric(count, macro_area(metric, of_columns(true, scores), scores, index))
    measure, counts = _counted(true, predictions, metric, index, count)
    return WeightedMetric(count, lambda weights: measure(np.tensordot(weights, counts, axes=1)))


def checked_labels(labels: ArrayLike) -> np.ndarray:
    """Class indices as int64 ``[n]``, or which classes hold as bool ``[n, classes]``.

    Raises:
        ValueError: if they are neither.
    """
    return check_members(labels) if several_at_once(labels) else check_labels(labels, None)


def _counted(
    labels: np.ndarray, predictions: ArrayLike, metric: str | Metric, index: np.ndarray, groups: int
) -> tuple[Metric, np.ndarray]:
    """A function of counts, and the counts of each group: ``[groups, ...]``."""
    if several_at_once(labels):
        return _counted_by_class(labels, _called(labels, predictions), metric, index, groups)
    measure = _named_metric(metric, METRICS)
    answers = _answers(labels, predictions)
    classes = int(max(labels.max(), answers.max())) + 1
    return measure, group_confusions(labels, answers, index, groups, classes)


def _counted_by_class(
    labels: np.ndarray, called: np.ndarray, metric: str | Metric, index: np.ndarray, groups: int
) -> tuple[Metric, np.ndarray]:
    if isinstance(metric, str) and metric == ACCURACY:
        right = all_right(labels, called).astype(np.int64)
        counts = np.bincount(index * 2 + right, minlength=groups * 2).reshape(groups, 2)
        return _share_right, counts.astype(np.float64)
    measure = _named_metric(metric, {ACCURACY: _share_right, **MACRO_METRICS})
    return measure, class_confusions(labels, called, index, groups)


ACCURACY = "accuracy"


def _share_right(counts: np.ndarray) -> np.ndarray:
    """Of records with a wrong label, and with every one right: ``[..., 2]``."""
    return ratio(counts[..., 1], counts.sum(axis=-1))


def of_columns(labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Which classes hold, bool ``[n, classes]``, as many as the scores have."""
    return labels if several_at_once(labels) else labels[:, None] == np.arange(scores.shape[1])


def scores_of(labels: np.ndarray, predictions: ArrayLike, metric: str = MACRO_AUC) -> np.ndarray:
    """What an area ranks: probabilities, float ``[n, classes]``, of labels of two classes or more.

    Raises:
        ValueError: if it is something else.
    """
    told = np.asarray(predictions)
    if told.ndim != 2 or told.dtype == bool:
        raise ValueError(
            f"{metric} needs probabilities [n, classes]; got predictions of shape "
            f"{list(told.shape)} and type {told.dtype}"
        )
    if several_at_once(labels):
        if (labels.all(axis=0) | ~labels.any(axis=0)).all():
            raise ValueError(f"{metric} needs a class that some records have and others lack")
    elif len(np.unique(labels)) < 2:
        raise ValueError(
            f"{metric} needs records of at least 2 classes; all are of class {labels[0]}"
        )
    return _probabilities(labels, told)


MISSING = ("", "None", "nan", "<NA>", "NaT")
"""What a cell that is missing is as text, in Python, NumPy and pandas."""


def group_index(groups: ArrayLike) -> tuple[np.ndarray, int]:
    """The place of each record's group among all, sorted: int ``[n]``; and how many there are.

    Raises:
        ValueError: if a group is missing (None, NaN or an empty text), or there is one only.

    Example:
        >>> index, count = group_index(["b", "a", "b"])
        >>> index.tolist(), count
        ([1, 0, 1], 2)
    """
    named = np.asarray(groups, object).tolist()  # as objects: beside texts NaN becomes "nan"
    missing = [row for row, one in enumerate(named) if str(one) in MISSING]
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


def _named_metric(metric: str | Metric, named: Mapping[str, Metric]) -> Metric:
    if callable(metric):
        return metric
    if metric not in named:
        listed = ", ".join([*named, *KINDS])
        raise ValueError(f"expected a metric among {listed}; got {metric!r}")
    return named[metric]


def _answers(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    """Class indices, of probabilities the most probable ones."""
    if np.ndim(predictions) == 2:
        return _probabilities(labels, predictions).argmax(axis=1)
    return check_labels(predictions, None, "predictions")


def _called(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    """Which classes are called, of probabilities those of a half or more."""
    told = np.asarray(predictions)
    if told.dtype == bool or np.issubdtype(told.dtype, np.integer):
        return check_members(told, labels.shape[1], "predictions")
    return check_probabilities(told, *labels.shape) >= CALLED_FROM


def _probabilities(labels: np.ndarray, predictions: ArrayLike) -> np.ndarray:
    if several_at_once(labels):
        return check_probabilities(predictions, *labels.shape)
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
