"""Measures of anybody's predictions: arrays in, frozen dataclasses out; numpy and scipy only."""

from ecgzoo.evaluation.bootstrap import Interval, group_bootstrap
from ecgzoo.evaluation.comparison import Difference, holm, paired_difference
from ecgzoo.evaluation.confusion import confusion_matrix
from ecgzoo.evaluation.metrics import ClassificationMetrics, classification_metrics

__all__ = [
    "ClassificationMetrics",
    "Difference",
    "Interval",
    "classification_metrics",
    "confusion_matrix",
    "group_bootstrap",
    "holm",
    "paired_difference",
]
