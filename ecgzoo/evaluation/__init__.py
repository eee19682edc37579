"""Measures of anybody's predictions: arrays in, frozen dataclasses out; numpy and scipy only."""

from ecgzoo.evaluation.bootstrap import Interval, group_bootstrap
from ecgzoo.evaluation.comparison import Difference, holm, paired_difference
from ecgzoo.evaluation.confusion import confusion_matrix
from ecgzoo.evaluation.corrected import Corrected, corrected
from ecgzoo.evaluation.metrics import ClassificationMetrics, classification_metrics
from ecgzoo.evaluation.peak_share import PeakShare, peak_share
from ecgzoo.evaluation.r_peaks import NoPeaksError, around_peaks, r_peaks
from ecgzoo.evaluation.rank_correlation import rank_correlation

__all__ = [
    "ClassificationMetrics",
    "Corrected",
    "Difference",
    "Interval",
    "NoPeaksError",
    "PeakShare",
    "around_peaks",
    "classification_metrics",
    "confusion_matrix",
    "corrected",
    "group_bootstrap",
    "holm",
    "paired_difference",
    "peak_share",
    "r_peaks",
    "rank_correlation",
]
