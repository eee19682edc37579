"""Intervals of all metrics of one set of predictions, from the same resamples of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from ecgzoo.evaluation.arrays import check_probabilities, several_at_once
from ecgzoo.evaluation.bootstrap import (
    Interval,
    check_settings,
    finite,
    percentile_interval,
    resampled,
)
from ecgzoo.evaluation.metrics import METRICS
from ecgzoo.evaluation.multi_label import thresholds_of
from ecgzoo.evaluation.ranked import MACRO_AP, MACRO_AUC
from ecgzoo.evaluation.results import Told
from ecgzoo.evaluation.weighted import WeightedMetric, weighted_metric

if TYPE_CHECKING:
    import pandas as pd


def bca_interval(
    values: np.ndarray, estimate: float, jackknife: np.ndarray, level: float
) -> Interval:
    """The BCa interval.

    Args:
        values: ``[resamples]``; those that are not finite are left out.
        estimate: of the records as they are.
        jackknife: the estimate without each group, ``[groups]``; likewise.
        level: coverage that the interval aims at.

    Example:
        >>> values = np.arange(101.0)  # half of them below the estimate, and an even jackknife:
        >>> print(bca_interval(values, 50.0, np.array([49.0, 51.0]), 0.9))  # as the percentiles
        50.000 (5.000 to 95.000)
    """
    there = finite(values)
    bias = _bias(there, estimate)
    shifted = bias + ndtri([(1 - level) / 2, (1 + level) / 2])
    # Few resamples on one side and an outlying group may push the denominator to zero; the
    # interval then ends at the outermost resample.
    scale = np.maximum(1 - acceleration(jackknife) * shifted, 1e-12)
    low, high = np.quantile(there, ndtr(bias + shifted / scale))
    return Interval(estimate, float(low), float(high), len(there), level)


def acceleration(jackknife: np.ndarray) -> float:
    """A sixth of the jackknife's skewness; 0 where no group makes a difference.

    Example:
        >>> acceleration(np.array([1.0, 1.0, 1.0])), acceleration(np.array([0.0, 1.0]))
        (0.0, 0.0)
    """
    known = jackknife[np.isfinite(jackknife)]
    influence = known.mean() - known if len(known) else np.zeros(1)
    if np.ptp(influence) < 1e-12:  # a rounding error has a skewness too
        return 0.0
    return float((influence**3).sum() / (6 * (influence**2).sum() ** 1.5))


def _bias(values: np.ndarray, estimate: float) -> float:
    """Normal quantile of the share of resamples below the estimate, ties counting half."""
    same = np.isclose(values, estimate, rtol=0, atol=1e-12)  # sums in another order differ by bits
    share = ((values < estimate) & ~same).mean() + same.mean() / 2
    edge = 0.5 / len(values)
    return float(ndtri(np.clip(share, edge, 1 - edge)))


METHODS = ("bca", "percentile")


@dataclass(frozen=True)
class Intervals(Told):
    """Every metric with its confidence interval.

    Attributes:
        accuracy: share of the records classified right.
        macro_precision: mean over the classes that occur.
        macro_recall: mean over the classes that occur.
        macro_f1: mean over the classes that occur.
        macro_auc: mean one-vs-rest area under the ROC curve, over the classes that have one.
        macro_average_precision: of several labels at once; None of one label each.
    """

    accuracy: Interval
    macro_precision: Interval
    macro_recall: Interval
    macro_f1: Interval
    macro_auc: Interval
    macro_average_precision: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields that there are, ready for JSON."""
        return {name: one for name, one in super().to_dict().items() if one is not None}

    def to_frame(self) -> pd.DataFrame:
        """A row per metric."""
        import pandas as pd

        return pd.DataFrame.from_dict(self.to_dict(), orient="index").rename_axis("metric")


def intervals(
    labels: ArrayLike,
    probabilities: ArrayLike,
    groups: ArrayLike,
    resamples: int = 5000,
    level: float = 0.95,
    method: str = "bca",
    seed: int = 0,
    thresholds: ArrayLike | None = None,
) -> Intervals:
    """Accuracy, macro precision, recall, F1 and AUC, with intervals by resampling whole groups.

    Of several labels at once also the macro average precision; accuracy is the share of records
    with every label right.

    A class that a resample lacks is left out of that resample's means; a resample of one class only
    has no AUC and is left out of the AUC's interval, whose ``resamples`` says how many it rests on.
    The prediction is the most probable class. Sources: :mod:`ecgzoo.evaluation.bootstrap` and
    :mod:`ecgzoo.evaluation.intervals`; what the intervals cover is measured in docs/statistics.md.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``.
        probabilities: float ``[n, classes]``; of one label each, rows summing to 1.
        groups: the group (patient) of each record, ``[n]``.
        resamples: number of bootstrap resamples.
        level: coverage that the intervals aim at, between 0 and 1.
        method: ``"bca"`` or ``"percentile"``.
        seed: of the draws.
        thresholds: of several labels at once, from which probability on a class is called,
            ``[classes]`` or ``[n, classes]``; 0.5 by default.

    Raises:
        ValueError: on arrays that do not match, NaN, rows that do not sum to 1, labels of one class
            only, one group only, a missing group, or settings out of range.

    Example:
        >>> likely = [[0.8, 0.2], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9]]
        >>> found = intervals([0, 0, 1, 1], likely, ["ann", "bo", "cy", "di"])
        >>> print(found.accuracy)
        0.750 (0.250 to 1.000)
        >>> found.macro_auc.estimate
        1.0
    """
    check_settings(resamples, level)
    if method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}; got {method!r}")
    if np.ndim(probabilities) != 2:
        raise ValueError(
            f"expected probabilities [n, classes]; got shape {list(np.shape(probabilities))}"
        )
    measures = _measures(labels, probabilities, groups, thresholds)
    drawn = resampled(
        lambda each: np.stack([one(each) for one in measures.values()], axis=1),
        measures[MACRO_AUC].groups,
        resamples,
        seed,
    )
    found = zip(measures.items(), drawn.T, strict=True)
    return Intervals(
        **{name: _interval(one, values, level, method) for (name, one), values in found}
    )


def _measures(
    labels: ArrayLike, probabilities: ArrayLike, groups: ArrayLike, thresholds: ArrayLike | None
) -> dict[str, WeightedMetric]:
    """By the names of the fields of ``Intervals``; areas rank, and what is called is counted."""
    several = several_at_once(labels)
    answers = probabilities
    if several:
        shares = np.asarray(probabilities)
        answers = check_probabilities(shares, *np.shape(labels))
        answers = answers >= thresholds_of(thresholds, *shares.shape)
    told = {name: answers for name in METRICS} | {MACRO_AUC: probabilities}
    told |= {MACRO_AP: probabilities} if several else {}
    return {name: weighted_metric(labels, one, groups, name) for name, one in told.items()}


def _interval(measure: WeightedMetric, values: np.ndarray, level: float, method: str) -> Interval:
    if method == "percentile":
        return percentile_interval(values, measure.estimate, level)
    return bca_interval(values, measure.estimate, measure.jackknife(), level)
