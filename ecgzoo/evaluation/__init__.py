"""Measures of anybody's predictions: arrays in, frozen dataclasses out; numpy and scipy only."""

from ecgzoo.evaluation.bootstrap import Interval, group_bootstrap
from ecgzoo.evaluation.comparison import Difference, paired_difference
from ecgzoo.evaluation.confusion import confusion_matrix
from ecgzoo.evaluation.holm import holm
from ecgzoo.evaluation.intervals import Intervals, intervals
from ecgzoo.evaluation.metrics import ClassificationMetrics, classification_metrics

__all__ = [
    "ClassificationMetrics",
    "Difference",
    "Interval",
    "Intervals",
    "classification_metrics",
    "confusion_matrix",
    "group_bootstrap",
    "holm",
    "intervals",
    "paired_difference",
]
