"""Comparisons of two classifiers on the same records, and of many: differences, and corrections.

Both classifiers answer for the same records, and their errors go together; so they are resampled
together, by group, and the interval is one of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import (
    bootstrap_weights,
    check_settings,
    group_confusions,
    named_metric,
)
from ecgzoo.evaluation.confusion import Metric

if TYPE_CHECKING:
    import pandas as pd

# Holm's correction multiplies the smallest p-value by the number of comparisons, and a bootstrap
# knows none below 2 / (resamples + 1).
RESAMPLES = 10_000


@dataclass(frozen=True)
class Difference:
    """How much better one classifier is than another, on the same records.

    Attributes:
        estimate: the metric's difference on the records as they are.
        low: lower end of its interval.
        high: upper end of its interval.
        p_value: two-sided, of no difference.
        resamples: number of bootstrap resamples.
        level: coverage that the interval aims at, such as 0.95.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    resamples: int
    level: float

    def __str__(self) -> str:
        return f"{self.estimate:+.3f} ({self.low:+.3f} to {self.high:+.3f}), p {self.p_value:.3g}"

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return dict(vars(self))

    def to_frame(self) -> pd.DataFrame:
        """A table of one row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def paired_difference(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Difference:
    """A metric of some predictions minus that of a baseline's, with a group-bootstrap interval.

    The interval is the percentile one. The p-value is that of the test which the interval inverts:
    twice the share of resamples on the rarer side of zero, where those at zero count on both, and
    the records as they are count as one resample (Davison and Hinkley 1997, Bootstrap Methods and
    Their Application, section 4.2).

    Args:
        labels: true class indices, int ``[n]``.
        predictions: predicted class indices, int ``[n]``.
        baseline: those of the classifier to compare with, int ``[n]``.
        groups: group of each record, ``[n]``; rows of one group are drawn together.
        metric: a name in ``METRICS``, or a function of confusion matrices.
        resamples: number of bootstrap resamples.
        level: coverage that the interval aims at.
        seed: of the draws; one seed draws the same groups for every pair.

    Raises:
        ValueError: on arrays that do not match, fewer than two groups, an unknown metric, or
            settings out of range.

    Example:
        >>> labels, right, wrong = [0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 0, 0]
        >>> found = paired_difference(labels, right, wrong, list("abcd"), "accuracy")
        >>> found.estimate, found.high
        (0.5, 1.0)
    """
    check_settings(resamples, level)
    check_lengths(labels=labels, predictions=predictions, baseline=baseline, groups=groups)
    measure = named_metric(metric)
    both = [group_confusions(labels, one, groups) for one in (predictions, baseline)]
    weights = bootstrap_weights(len(both[0]), resamples, seed)
    ours, theirs = (measure(np.tensordot(weights, counts, axes=1)) for counts in both)
    differences = ours - theirs
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return Difference(
        estimate=float(measure(both[0].sum(axis=0)) - measure(both[1].sum(axis=0))),
        low=float(low),
        high=float(high),
        p_value=min(1.0, 2 * (1 + int(rarer)) / (resamples + 1)),
        resamples=resamples,
        level=level,
    )


def holm(p_values: ArrayLike) -> np.ndarray:
    """P-values corrected for how many there are, by Holm's step-down method.

    The chance that any true null hypothesis has one below a bound is at most that bound, in
    whatever way the tests depend on each other. Source: Holm (1979), A Simple Sequentially
    Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6(2), 65-70.

    Args:
        p_values: ``[n]``.

    Returns:
        float64 ``[n]``, in the order given.

    Raises:
        ValueError: on another number of axes, or values outside 0 to 1.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"expected p-values [n] from 0 to 1; got {given}")
    order = np.argsort(given, kind="stable")
    stepped = given[order] * np.arange(len(given), 0, -1)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected
