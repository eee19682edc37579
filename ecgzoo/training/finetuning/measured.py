"""Measured: what a model answered at one moment of its tuning, with intervals by patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.estimates import Estimates
from ecgzoo.evaluation import (
    ClassificationMetrics,
    Difference,
    Interval,
    MultiLabelMetrics,
    RegressionMetrics,
    intervals,
    paired_difference,
    paired_regression_difference,
    regression_intervals,
)
from ecgzoo.evaluation.ranked import MACRO_AUC
from ecgzoo.evaluation.regression import NUMBERS

FIGURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "macro_auc": "macro AUC",
} | NUMBERS
"""What figures are called for a reader."""
COMPARED_NUMBERS = ("mae", "r2")
RESAMPLES = 2000

Metrics = ClassificationMetrics | MultiLabelMetrics | RegressionMetrics


@dataclass(frozen=True, eq=False)
class Measured:
    """Answers for the test part, a row per record, pooled over its windows.

    Attributes:
        predictions: the answers.
        metrics: their figures.
        intervals: of each figure, by resampling whole groups; empty where the test part is of one
            group, or of one class.
    """

    predictions: Predictions
    metrics: Metrics
    intervals: Mapping[str, Interval]

    @classmethod
    def of(cls, predictions: Predictions) -> Measured:
        """The figures of some answers.

        Example:
            >>> ids, shares = np.array(["a", "b"]), np.array([[0.9, 0.1], [0.2, 0.8]])
            >>> found = Measured.of(Predictions(ids, ids, np.array([0, 1]), shares, ("N", "AF")))
            >>> found.figures, str(found.intervals["accuracy"])
            ({'accuracy': 1.0, 'macro_f1': 1.0, 'macro_auc': 1.0}, '1.000 (1.000 to 1.000)')
        """
        metrics = predictions.metrics()
        return cls(predictions, metrics, _intervals(predictions, metrics))

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures that are shown, by the names of their intervals."""
        return self.metrics.figures

    def to_row(self) -> dict[str, float | None]:
        """Each figure, and the ends of its interval: columns of a table."""
        row: dict[str, float | None] = {}
        for name, value in self.figures.items():
            ends = self.intervals.get(name)
            row[FIGURES[name]] = value
            row[f"{FIGURES[name]} low"] = ends.low if ends else None
            row[f"{FIGURES[name]} high"] = ends.high if ends else None
        return row

    def to_dict(self) -> dict[str, Any]:
        """The figures as a run's ``metrics.json`` has them, ready for JSON."""
        told = {name: one.to_dict() for name, one in self.intervals.items()}
        return self.metrics.to_dict() | {"per": "record"} | ({"intervals": told} if told else {})


def too_few_to_resample(found: Predictions, metrics: Metrics) -> str:
    """Why groups cannot be resampled for intervals; empty if they can.

    Args:
        found: the answers.
        metrics: their figures.

    Example:
        >>> alone = Predictions(*[np.array(["a"])] * 2, np.array([0]), np.eye(2)[:1], ("N", "AF"))
        >>> too_few_to_resample(alone, alone.metrics())
        'the records are of one patient'
    """
    if len(np.unique(found.groups)) < 2:
        return "the records are of one patient"
    if not isinstance(found, Estimates) and metrics.figures["macro_auc"] is None:
        return "no class has records that are of it and others that are not"
    return ""


def _intervals(found: Predictions, metrics: Metrics) -> dict[str, Interval]:
    if too_few_to_resample(found, metrics):
        return {}
    if isinstance(found, Estimates):
        return regression_intervals(found.labels, found.values, found.groups, RESAMPLES)
    every = found.labels, found.probabilities, found.groups
    made = intervals(*every, RESAMPLES, method="percentile", thresholds=found.thresholds)
    return {name: one for name, one in vars(made).items() if one is not None}


def differences(ours: Measured, theirs: Measured) -> dict[str, Difference]:
    """How much better some answers are than others on the same records, by figure; paired.

    Empty where there are no intervals.

    Example:
        >>> ids, labels = np.array(list("abcd")), np.array([0, 1, 0, 1])
        >>> right = Predictions(ids, ids, labels, np.eye(2)[labels], ("N", "AF"))
        >>> wrong = Predictions(ids, ids, labels, np.eye(2)[[1, 1, 0, 0]], ("N", "AF"))
        >>> found = differences(Measured.of(right), Measured.of(wrong))
        >>> found["macro_f1"].estimate
        0.5
    """
    if not ours.intervals:
        return {}
    first, second = ours.predictions, theirs.predictions
    true, groups = first.labels, first.groups
    if isinstance(first, Estimates):
        pair = first.answers, second.answers
        return {
            name: paired_regression_difference(true, *pair, groups, name)
            for name in COMPARED_NUMBERS
            if name in ours.intervals and name in theirs.intervals
        }
    told = {"macro_f1": (first.answers, second.answers)}
    told[MACRO_AUC] = (first.probabilities, second.probabilities)
    return {
        name: paired_difference(true, *pair, groups, metric=name) for name, pair in told.items()
    }
