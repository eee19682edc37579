"""Measures of anybody's predictions: arrays in, frozen dataclasses out; numpy and scipy only."""

from ecgzoo.evaluation.bootstrap import Interval, group_bootstrap
from ecgzoo.evaluation.calibration import Calibration, calibration
from ecgzoo.evaluation.comparison import Difference, holm, paired_difference
from ecgzoo.evaluation.confusion import confusion_matrix
from ecgzoo.evaluation.frechet import frechet_distance
from ecgzoo.evaluation.metrics import ClassificationMetrics, classification_metrics
from ecgzoo.evaluation.neighbours import Neighbours, nearest_real
from ecgzoo.evaluation.synthetic import (
    SyntheticClass,
    SyntheticSamples,
    compare_synthetic,
)
from ecgzoo.evaluation.temperature import Temperature, fit_temperature
from ecgzoo.evaluation.thresholds import Thresholds, fit_thresholds
from ecgzoo.evaluation.training_health import TrainingHealth, health_of_history, training_health

__all__ = [
    "Calibration",
    "ClassificationMetrics",
    "Difference",
    "Interval",
    "Neighbours",
    "SyntheticClass",
    "SyntheticSamples",
    "Temperature",
    "Thresholds",
    "TrainingHealth",
    "calibration",
    "classification_metrics",
    "compare_synthetic",
    "confusion_matrix",
    "fit_temperature",
    "fit_thresholds",
    "frechet_distance",
    "group_bootstrap",
    "health_of_history",
    "holm",
    "nearest_real",
    "paired_difference",
    "training_health",
]
