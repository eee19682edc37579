"""Intervals of all metrics of one set of predictions, from the same resamples of groups."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.bca import bca_interval
from ecgzoo.evaluation.bootstrap import (
    Interval,
    bootstrap_weights,
    check_settings,
    percentile_interval,
)
from ecgzoo.evaluation.confusion import METRICS
from ecgzoo.evaluation.weighted import MACRO_AUC, WeightedMetric, weighted_metric

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("bca", "percentile")


@dataclass(frozen=True)
class Intervals:
    """Every metric with its confidence interval.

    Attributes:
        accuracy: share of the records classified right.
        macro_precision: mean over the classes that occur.
        macro_recall: mean over the classes that occur.
        macro_f1: mean over the classes that occur.
        macro_auc: mean one-vs-rest area under the ROC curve, over the classes that have one.
    """

    accuracy: Interval
    macro_precision: Interval
    macro_recall: Interval
    macro_f1: Interval
    macro_auc: Interval

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)

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
) -> Intervals:
    """Accuracy, macro precision, recall, F1 and AUC, with intervals by resampling whole groups.

    A class that a resample lacks is left out of that resample's means; a resample of one class only
    has no AUC and is left out of the AUC's interval, whose ``resamples`` says how many it rests on.
    The prediction is the most probable class. Sources: :mod:`ecgzoo.evaluation.bootstrap` and
    :mod:`ecgzoo.evaluation.bca`; what the intervals cover is measured in docs/statistics.md.

    Args:
        labels: true class indices, int ``[n]``.
        probabilities: float ``[n, classes]``, rows summing to 1.
        groups: the group (patient) of each record, ``[n]``.
        resamples: number of bootstrap resamples.
        level: coverage that the intervals aim at, between 0 and 1.
        method: ``"bca"`` or ``"percentile"``.
        seed: of the draws.

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
    measures = {
        name: weighted_metric(labels, probabilities, groups, name) for name in (*METRICS, MACRO_AUC)
    }
    weights = bootstrap_weights(measures[MACRO_AUC].groups, resamples, seed)
    return Intervals(
        **{name: _interval(one, weights, level, method) for name, one in measures.items()}
    )


def _interval(measure: WeightedMetric, weights: np.ndarray, level: float, method: str) -> Interval:
    values = measure(weights)
    if method == "percentile":
        return percentile_interval(values, measure.estimate, level)
    return bca_interval(values, measure.estimate, measure.jackknife(), level)
