"""Accuracy, precision, recall, F1 and the confusion matrix of one set of predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_lengths, check_probabilities
from ecgzoo.evaluation.ranked import MACRO_AUC, area_of_each
from ecgzoo.evaluation.results import frame

if TYPE_CHECKING:
    import pandas as pd


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
    return ratio(hits, confusion.sum(axis=(-2, -1)))


def precision(confusion: np.ndarray) -> np.ndarray:
    """Hits over predictions, per class: ``[..., classes]``."""
    return ratio(_hits(confusion), confusion.sum(axis=-2))


def recall(confusion: np.ndarray) -> np.ndarray:
    """Hits over members, per class: ``[..., classes]``."""
    return ratio(_hits(confusion), confusion.sum(axis=-1))


def f1(confusion: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall, per class: ``[..., classes]``."""
    return ratio(2 * _hits(confusion), confusion.sum(axis=-2) + confusion.sum(axis=-1))


def macro(metric: Metric) -> Metric:
    """The unweighted mean of a per-class metric over the classes that occur.

    Example:
        >>> float(macro(recall)(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])))
        0.875
    """

    def mean(confusion: np.ndarray) -> np.ndarray:
        occurs = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
        return ratio((metric(confusion) * occurs).sum(axis=-1), occurs.sum(axis=-1))

    mean.__name__ = f"macro_{getattr(metric, '__name__', 'metric')}"
    return mean


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "macro_precision": macro(precision),
    "macro_recall": macro(recall),
    "macro_f1": macro(f1),
}


def _hits(confusion: np.ndarray) -> np.ndarray:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """One over the other, and 0 where there is nothing to divide by.

    Example:
        >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
        [0.5, 0.0]
    """
    return numerator / np.where(denominator == 0, 1, denominator)


@dataclass(frozen=True, eq=False)
class ClassificationMetrics:
    """What a classifier got right, over all and per class.

    Attributes:
        accuracy: share of the records classified right.
        precision: macro mean over the classes that occur.
        recall: macro mean over the classes that occur.
        f1: macro mean over the classes that occur.
        per_class: class name to its ``precision``, ``recall``, ``f1`` and ``support`` (number of
            records of the class).
        confusion: int64 ``[classes, classes]``, rows true, columns predicted.
        n: number of records.
        auc: macro mean of the one-vs-rest areas under the ROC curve; None where it is not known.
    """

    accuracy: float
    precision: float
    recall: float
    f1: float
    per_class: dict[str, dict[str, float]]
    confusion: np.ndarray
    n: int
    auc: float | None = None

    @property
    def headline(self) -> tuple[str, float]:
        """The figure that stands for all: its name and value."""
        return "macro F1", self.f1

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures of all records, by the names of their intervals."""
        return {"accuracy": self.accuracy, "macro_f1": self.f1, "macro_auc": self.auc}

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names, in label order."""
        return tuple(self.per_class)

    def to_rows(self) -> list[dict[str, Any]]:
        """A row per class, then one named ``macro``."""
        mean = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        rows = {**self.per_class, "macro": {**mean, "support": self.n}}
        return [{"class": name, **row} for name, row in rows.items()]

    def to_frame(self) -> pd.DataFrame:
        """:meth:`to_rows` as a table indexed by class."""
        return frame(self.to_rows()).set_index("class")

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        macro = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {
            "accuracy": self.accuracy,
            "macro": macro if self.auc is None else macro | {"auc": self.auc},
            "per_class": self.per_class,
            "confusion": self.confusion.tolist(),
            "classes": list(self.classes),
            "n": self.n,
        }


def classification_metrics(
    labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]
) -> ClassificationMetrics:
    """Measures single-label predictions; the prediction is the most probable class.

    Args:
        labels: true class indices, int ``[n]``.
        probabilities: float ``[n, classes]``.
        classes: class names in label order, each one once.

    Raises:
        ValueError: on empty arrays, different lengths, NaN, probabilities outside 0 to 1, labels
            outside the classes, or a class name that stands twice.

    Example:
        >>> metrics = classification_metrics([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], "ab")
        >>> round(metrics.accuracy, 3), metrics.per_class["b"]["recall"]
        (0.667, 0.5)
    """
    names = names_once(classes)
    true = check_labels(labels, len(names))
    shares = check_probabilities(probabilities, len(true), len(names))
    found = from_confusion(confusion_matrix(true, shares.argmax(axis=1), len(names)), names)
    areas = area_of_each(MACRO_AUC, true[:, None] == np.arange(len(names)), shares)
    known = areas[np.isfinite(areas)]
    return replace(found, auc=float(known.mean()) if len(known) else None)


def names_once(classes: Sequence[str]) -> list[str]:
    """The class names.

    Raises:
        ValueError: if one stands twice.
    """
    names = [str(name) for name in classes]
    if len(set(names)) != len(names):
        raise ValueError(f"expected every class name once; got {', '.join(names)}")
    return names


def from_confusion(confusion: np.ndarray, classes: Sequence[str]) -> ClassificationMetrics:
    """The metrics of a confusion matrix, for instance of the sum of several folds'.

    Args:
        confusion: int ``[classes, classes]``, rows true, columns predicted.
        classes: class names in label order.

    Example:
        >>> from_confusion(np.array([[3, 1], [0, 4]]), ["a", "b"]).accuracy
        0.875
    """
    columns = {
        "precision": precision(confusion),
        "recall": recall(confusion),
        "f1": f1(confusion),
    }
    support = confusion.sum(axis=1)
    per_class = {
        name: {**{key: float(column[i]) for key, column in columns.items()}, "support": int(n)}
        for i, (name, n) in enumerate(zip(classes, support, strict=True))
    }
    overall = {name: float(metric(confusion)) for name, metric in METRICS.items()}
    return ClassificationMetrics(
        accuracy=overall["accuracy"],
        precision=overall["macro_precision"],
        recall=overall["macro_recall"],
        f1=overall["macro_f1"],
        per_class=per_class,
        confusion=confusion,
        n=int(confusion.sum()),
    )
