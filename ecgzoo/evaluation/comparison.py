"""The difference between two classifiers on the same records.

Both classifiers answer for the same records, and their errors go together; so they are resampled
together, by group, and the interval is one of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import check_settings, finite, resampled
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.p_value import p_shown
from ecgzoo.evaluation.results import Row
from ecgzoo.evaluation.weighted import weighted_metric

# Holm's correction multiplies the smallest p-value by the number of comparisons, and a bootstrap
# knows none below 2 / (resamples + 1).
RESAMPLES = 10_000


@dataclass(frozen=True)
class Difference(Row):
    """How much better one classifier is than another, on the same records.

    Attributes:
        estimate: the metric's difference on the records as they are.
        low: lower end of its interval.
        high: upper end of its interval.
        p_value: two-sided, of no difference.
        resamples: number of bootstrap resamples that it rests on.
        level: coverage that the interval aims at, such as 0.95.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    resamples: int
    level: float

    @property
    def interval(self) -> str:
        """The difference with its interval, signed."""
        return signed_interval(self.estimate, self.low, self.high)

    def __str__(self) -> str:
        return f"{self.interval}, {p_shown(self.p_value)}"


def signed_interval(estimate: float, low: float, high: float) -> str:
    """A difference with its interval, as it is shown.

    Example:
        >>> signed_interval(0.02, -0.01, 0.05)
        '+0.020 (-0.010 to +0.050)'
    """
    return f"{estimate:+.3f} ({low:+.3f} to {high:+.3f})"


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
        predictions: predicted class indices, int ``[n]``, or probabilities ``[n, classes]``.
        baseline: those of the classifier to compare with, likewise.
        groups: group of each record, ``[n]``; rows of one group are drawn together.
        metric: a name in ``METRICS``, a function of confusion matrices, or ``"macro_auc"``, which
            takes probabilities; a resample of one class has no AUC and is left out.
        resamples: number of bootstrap resamples.
        level: coverage that the interval aims at.
        seed: of the draws; one seed draws the same groups for every pair.

    Raises:
        ValueError: on arrays that do not match, fewer than two groups, an unknown metric, or
            settings out of range; for probabilities, also on what ``intervals`` refuses.

    Example:
        >>> labels, right, wrong = [0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 0, 0]
        >>> found = paired_difference(labels, right, wrong, list("abcd"), "accuracy")
        >>> found.estimate, found.high
        (0.5, 1.0)
    """
    check_lengths(labels=labels, predictions=predictions, baseline=baseline, groups=groups)
    ours, theirs = (weighted_metric(labels, one, groups, metric) for one in (predictions, baseline))
    check_settings(resamples, level)
    drawn = resampled(lambda each: ours(each) - theirs(each), ours.groups, resamples, seed)
    differences = finite(drawn)
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return Difference(
        estimate=ours.estimate - theirs.estimate,
        low=float(low),
        high=float(high),
        p_value=min(1.0, 2 * (1 + int(rarer)) / (len(differences) + 1)),
        resamples=len(differences),
        level=level,
    )
