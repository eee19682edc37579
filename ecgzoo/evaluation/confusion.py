"""Confusion matrices, and the metrics that are functions of one.

Every metric takes an array ``[..., classes, classes]`` and works on its last two axes, so that the
thousands of matrices of a bootstrap cost one call. Rows are true classes, columns predicted ones.

A class that is neither among the labels nor among the predictions has no precision, recall or F1;
the macro means leave it out. A class that is there but never predicted has precision 0. Both are
what scikit-learn does with ``zero_division=0``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_lengths

Metric = Callable[[np.ndarray], np.ndarray]


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, classes: int) -> np.ndarray:
    """Counts of records by true class (row) and predicted class (column).

    Args:
        labels: true class indices, int ``[n]``.
        predictions: predicted class indices, int ``[n]``.
        classes: number of classes.

    Returns:
        int64 ``[classes, classes]``.

    Raises:
        ValueError: on empty arrays, different lengths, or indices outside the classes.

    Example:
        >>> confusion_matrix([0, 0, 1], [0, 1, 1], classes=2)
        array([[1, 1],
               [0, 1]])
    """
    true = check_labels(labels, classes)
    predicted = check_labels(predictions, classes, "predictions")
    check_lengths(labels=true, predictions=predicted)
    return np.bincount(true * classes + predicted, minlength=classes**2).reshape(classes, classes)


def accuracy(confusion: np.ndarray) -> np.ndarray:
    """Share of the records on the diagonal.

    Example:
        >>> float(accuracy(np.array([[3, 1], [0, 4]])))
        0.875
    """
    hits = np.trace(confusion, axis1=-2, axis2=-1)
    return _ratio(hits, confusion.sum(axis=(-2, -1)))


def precision(confusion: np.ndarray) -> np.ndarray:
    """Hits over predictions, per class: ``[..., classes]``."""
    return _ratio(_hits(confusion), confusion.sum(axis=-2))


def recall(confusion: np.ndarray) -> np.ndarray:
    """Hits over members, per class: ``[..., classes]``."""
    return _ratio(_hits(confusion), confusion.sum(axis=-1))


def f1(confusion: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall, per class: ``[..., classes]``."""
    return _ratio(2 * _hits(confusion), confusion.sum(axis=-2) + confusion.sum(axis=-1))


def macro(metric: Metric) -> Metric:
    """The unweighted mean of a per-class metric over the classes that occur.

    Example:
        >>> float(macro(recall)(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])))
        0.875
    """

    def mean(confusion: np.ndarray) -> np.ndarray:
        occurs = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
        return _ratio((metric(confusion) * occurs).sum(axis=-1), occurs.sum(axis=-1))

    mean.__name__ = f"macro_{getattr(metric, '__name__', 'metric')}"
    return mean


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "macro_precision": macro(precision),
    "macro_recall": macro(recall),
    "macro_f1": macro(f1),
}


def named_metric(metric: str | Metric) -> Metric:
    """A metric of ``METRICS`` by its name; a function is returned as it is.

    Raises:
        ValueError: if there is none of that name.
    """
    if callable(metric):
        return metric
    if metric not in METRICS:
        raise ValueError(f"expected a metric among {', '.join(METRICS)}, macro_auc; got {metric!r}")
    return METRICS[metric]


def _hits(confusion: np.ndarray) -> np.ndarray:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    return numerator / np.where(denominator == 0, 1, denominator)
