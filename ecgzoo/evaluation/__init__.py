"""Measures of anybody's predictions: arrays in, frozen dataclasses out; no framework."""

from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation.bootstrap import Interval, group_bootstrap
from ecgzoo.evaluation.calibration import (
    Calibration,
    Temperature,
    calibration,
    fit_temperature,
)
from ecgzoo.evaluation.comparison import (
    Difference,
    NonInferiority,
    non_inferiority,
    paired_difference,
)
from ecgzoo.evaluation.intervals import Intervals, intervals
from ecgzoo.evaluation.metrics import (
    ClassificationMetrics,
    classification_metrics,
    confusion_matrix,
)
from ecgzoo.evaluation.multi_label import MultiLabelMetrics, metrics_of, multi_label_metrics
from ecgzoo.evaluation.posterior import (
    Posterior,
    bayesian_bootstrap,
    correlated_t_test,
    paired_outcomes_posterior,
)
from ecgzoo.evaluation.r_peaks import PeakShare, around_peaks, peak_share, r_peaks, rank_correlation
from ecgzoo.evaluation.regression import (
    RegressionMetrics,
    paired_regression_difference,
    regression_intervals,
    regression_metrics,
)
from ecgzoo.evaluation.repetitions import Repeated, Repetitions, repetitions
from ecgzoo.evaluation.results import holm
from ecgzoo.evaluation.significance import (
    Corrected,
    McNemar,
    Permutation,
    corrected,
    mcnemar,
    permutation_test,
)
from ecgzoo.evaluation.synthetic import (
    Neighbours,
    SyntheticClass,
    SyntheticSamples,
    compare_synthetic,
    frechet_distance,
    nearest_real,
)
from ecgzoo.evaluation.thresholds import Thresholds, fit_thresholds
from ecgzoo.evaluation.training_health import TrainingHealth, health_of_history, training_health
from ecgzoo.evaluation.two_way import (
    RepeatedDifference,
    RepeatedInterval,
    repeated_difference,
    repeated_interval,
)

__all__ = [
    "Calibration",
    "ClassificationMetrics",
    "Corrected",
    "Difference",
    "Interval",
    "Intervals",
    "McNemar",
    "MultiLabelMetrics",
    "Neighbours",
    "NoPeaksError",
    "NonInferiority",
    "PeakShare",
    "Permutation",
    "Posterior",
    "RegressionMetrics",
    "Repeated",
    "RepeatedDifference",
    "RepeatedInterval",
    "Repetitions",
    "SyntheticClass",
    "SyntheticSamples",
    "Temperature",
    "Thresholds",
    "TrainingHealth",
    "around_peaks",
    "bayesian_bootstrap",
    "calibration",
    "classification_metrics",
    "compare_synthetic",
    "confusion_matrix",
    "corrected",
    "correlated_t_test",
    "fit_temperature",
    "fit_thresholds",
    "frechet_distance",
    "group_bootstrap",
    "health_of_history",
    "holm",
    "intervals",
    "mcnemar",
    "metrics_of",
    "multi_label_metrics",
    "nearest_real",
    "non_inferiority",
    "paired_difference",
    "paired_outcomes_posterior",
    "paired_regression_difference",
    "peak_share",
    "permutation_test",
    "r_peaks",
    "rank_correlation",
    "regression_intervals",
    "regression_metrics",
    "repeated_difference",
    "repeated_interval",
    "repetitions",
    "training_health",
]
