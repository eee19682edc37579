"""What a classifier of several labels at once got right, over all and per class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import (
    check_lengths,
    check_members,
    check_probabilities,
    several_at_once,
)
from ecgzoo.evaluation.class_counts import (
    CLASS_METRICS,
    MACRO_METRICS,
    all_right,
    class_confusions,
)
from ecgzoo.evaluation.metrics import ClassificationMetrics, classification_metrics, names_once
from ecgzoo.evaluation.ranked import MACRO_AP, MACRO_AUC, area_of_each
from ecgzoo.evaluation.results import frame
from ecgzoo.evaluation.weighted import CALLED_FROM

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class MultiLabelMetrics:
    """What a classifier of several labels at once got right, over all and per class.

    Attributes:
        auc: macro mean of the areas under the ROC curve, over the classes that have one: some
            records have them and others lack them. None where no class is so.
        average_precision: macro mean over the classes that some record has; likewise.
        f1: macro mean over the classes that hold or are called somewhere.
        precision: likewise.
        recall: likewise.
        accuracy: share of the records with every label right.
        per_class: class name to its ``auc``, ``average_precision`` (None where there is none),
            ``precision``, ``recall``, ``f1``, ``support`` (number of records that have it) and
            ``threshold``, from which on it is called; of several, their mean.
        n: number of records.
    """

    auc: float | None
    average_precision: float | None
    f1: float
    precision: float
    recall: float
    accuracy: float
    per_class: dict[str, dict[str, Any]]
    n: int

    @property
    def headline(self) -> tuple[str, float]:
        """The figure that stands for all: the macro AUC; where there is none, the macro F1."""
        return ("macro F1", self.f1) if self.auc is None else ("macro AUC", self.auc)

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures of all records, by the names of their intervals."""
        return {"accuracy": self.accuracy, "macro_f1": self.f1, "macro_auc": self.auc}

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names, in label order."""
        return tuple(self.per_class)

    @property
    def without_auc(self) -> tuple[str, ...]:
        """The classes that all records have or none has: the mean AUC is without them."""
        return tuple(name for name, row in self.per_class.items() if row["auc"] is None)

    @property
    def note(self) -> str | None:
        """What the mean AUC leaves out, as a sentence; None if it is nothing."""
        return None if not self.without_auc else note_without_auc(self.without_auc)

    @property
    def macro(self) -> dict[str, float | None]:
        """The means over the classes."""
        names = ("auc", "average_precision", "precision", "recall", "f1")
        return {name: getattr(self, name) for name in names}

    def to_rows(self) -> list[dict[str, Any]]:
        """A row per class, then one named ``macro``."""
        rows = {**self.per_class, "macro": {**self.macro, "support": self.n, "threshold": None}}
        return [{"class": name, **row} for name, row in rows.items()]

    def to_frame(self) -> pd.DataFrame:
        """:meth:`to_rows` as a table indexed by class."""
        return frame(self.to_rows()).set_index("class")

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return {
            "accuracy": self.accuracy,
            "macro": self.macro,
            "per_class": self.per_class,
            "without_auc": list(self.without_auc),
            "classes": list(self.classes),
            "n": self.n,
        }


def note_without_auc(classes: Sequence[str]) -> str:
    """Which classes have no AUC, and why.

    Example:
        >>> note_without_auc(["HYP"])
        'No AUC of HYP: all records have it, or none has; the macro AUC is without it.'
    """
    they = "them" if len(classes) > 1 else "it"
    return (
        f"No AUC of {', '.join(classes)}: all records have {they}, or none has; the macro AUC is "
        f"without {they}."
    )


def multi_label_metrics(
    labels: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[str],
    thresholds: ArrayLike | None = None,
) -> MultiLabelMetrics:
    """Measures predictions of several labels at once.

    Args:
        labels: which classes hold, zeros and ones ``[n, classes]``.
        probabilities: float ``[n, classes]``, each between 0 and 1; they need not sum to 1.
        classes: class names in label order, each one once.
        thresholds: the probability from which on a class is called, ``[classes]`` or, where folds
            have their own, ``[n, classes]``; 0.5 by default.

    Raises:
        ValueError: on empty arrays, shapes that do not match, NaN, probabilities outside 0 to 1,
            labels that are not zeros and ones, or a class name that stands twice.

    Example:
        >>> labels, likely = [[1, 0], [1, 1], [0, 0]], [[0.9, 0.4], [0.6, 0.3], [0.2, 0.1]]
        >>> found = multi_label_metrics(labels, likely, ["AF", "MI"])
        >>> found.auc, found.per_class["MI"]["auc"], found.per_class["MI"]["recall"]
        (0.75, 0.5, 0.0)
        >>> found.accuracy == 2 / 3, found.headline
        (True, ('macro AUC', 0.75))
    """
    names = names_once(classes)
    members = check_members(labels, len(names))
    shares = check_probabilities(probabilities, len(members), len(names))
    least = thresholds_of(thresholds, *shares.shape)
    called = shares >= least
    counts = class_confusions(members, called, np.zeros(len(members), int), 1)[0]
    columns = {
        "auc": area_of_each(MACRO_AUC, members, shares),
        "average_precision": area_of_each(MACRO_AP, members, shares),
        **{name: metric(counts) for name, metric in CLASS_METRICS.items()},
        "threshold": least.mean(axis=0),
    }
    per_class = {
        name: {key: _known(column[i]) for key, column in columns.items()}
        | {"support": int(members[:, i].sum())}
        for i, name in enumerate(names)
    }
    area, average = (_mean(columns[name]) for name in ("auc", "average_precision"))
    means = {
        name.removeprefix("macro_"): float(metric(counts)) for name, metric in MACRO_METRICS.items()
    }
    right = float(all_right(members, called).mean())
    return MultiLabelMetrics(
        area, average, **means, accuracy=right, per_class=per_class, n=len(members)
    )


def thresholds_of(thresholds: ArrayLike | None, records: int, classes: int) -> np.ndarray:
    """From which probability on each class of each record is called: float ``[n, classes]``.

    Raises:
        ValueError: if they are neither ``[classes]`` nor ``[n, classes]``, or NaN.

    Example:
        >>> thresholds_of([0.2, 0.4], records=1, classes=2).tolist()
        [[0.2, 0.4]]
    """
    least = np.asarray(CALLED_FROM if thresholds is None else thresholds, np.float64)
    shapes = ((), (classes,), (records, classes))
    if least.shape not in shapes or np.isnan(least).any():
        raise ValueError(
            f"expected thresholds [{classes}], one per class, or [{records}, {classes}]; got shape "
            f"{list(least.shape)}{' with NaN' if np.isnan(least).any() else ''}"
        )
    return np.broadcast_to(least, (records, classes))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _mean(areas: np.ndarray) -> float | None:
    known = areas[np.isfinite(areas)]
    return float(known.mean()) if len(known) else None


def metrics_of(
    labels: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[str],
    thresholds: ArrayLike | None = None,
) -> ClassificationMetrics | MultiLabelMetrics:
    """The figures of predictions, of one label each or of several at once, as the labels are.

    Args:
        labels: true class indices, int ``[n]``; or which classes hold, ``[n, classes]``.
        probabilities: float ``[n, classes]``.
        classes: class names in label order.
        thresholds: as of :func:`multi_label_metrics`; of one label each the most probable is
            called, whatever they are.

    Raises:
        ValueError: on what :func:`~ecgzoo.evaluation.classification_metrics` or
            :func:`multi_label_metrics` refuses.

    Example:
        >>> metrics_of([0, 1], [[0.9, 0.1], [0.2, 0.8]], "ab").headline
        ('macro F1', 1.0)
        >>> metrics_of([[0, 1], [1, 1]], [[0.1, 0.8], [0.7, 0.8]], "ab").headline
        ('macro AUC', 1.0)
    """
    check_lengths(labels=labels, probabilities=probabilities)
    if several_at_once(labels):
        return multi_label_metrics(labels, probabilities, classes, thresholds)
    return classification_metrics(labels, probabilities, classes)
