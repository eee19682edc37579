"""The difference between two classifiers on the same records: how large, and at least how large.

Both classifiers answer for the same records, and their errors go together; so they are resampled
together, by group, and the interval is one of the difference.

That no difference was found does not show that there is none. In a test of non-inferiority the
burden of proof is turned round: to be refuted is that the classifier is worse by a margin or more,
which is fixed before anybody looks. Source: Walker and Nowacki (2011), Understanding Equivalence
and Noninferiority Testing, J Gen Intern Med 26(2), 192-196.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths, several_at_once
from ecgzoo.evaluation.bootstrap import check_settings, finite, resampled
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.results import Row, p_shown
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
        return _signed_interval(self.estimate, self.low, self.high)

    def __str__(self) -> str:
        return f"{self.interval}, {p_shown(self.p_value)}"


def _signed_interval(estimate: float, low: float, high: float) -> str:
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
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``, with predictions as of ``group_bootstrap``.
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
    return difference_of(drawn, ours.estimate - theirs.estimate, level)


def difference_of(drawn: np.ndarray, estimate: float, level: float) -> Difference:
    """What resamples of a difference say of it.

    Args:
        drawn: ``[resamples]``; those that are not finite are left out.
        estimate: of the records as they are.
        level: coverage that the interval aims at.

    Example:
        >>> print(difference_of(np.arange(-1.0, 100.0), 49.0, 0.9))
        +49.000 (+4.000 to +94.000), p 0.059
    """
    differences = finite(drawn)
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    p_value = min(1.0, 2 * (1 + int(rarer)) / (len(differences) + 1))
    return Difference(estimate, float(low), float(high), p_value, len(differences), level)


@dataclass(frozen=True)
class NonInferiority(Row):
    """How much better one classifier is than another, and whether it is at most so much worse.

    Attributes:
        estimate: the metric's difference on the records as they are.
        low: lower end of its interval.
        high: upper end of its interval.
        margin: the loss that would still be borne, above 0.
        p_value: one-sided, of a loss of the margin or more.
        resamples: number of bootstrap resamples that it rests on.
        level: coverage that the interval aims at, such as 0.9; the test errs at half of the rest.
    """

    estimate: float
    low: float
    high: float
    margin: float
    p_value: float
    resamples: int
    level: float

    @property
    def verdict(self) -> str:
        """Non-inferior, inferior or undecided.

        Inferior is what even at its interval's upper end loses more than the margin.
        """
        if self.p_value < (1 - self.level) / 2:
            return "non-inferior"
        return "inferior" if self.high < -self.margin else "undecided"

    def __str__(self) -> str:
        interval = _signed_interval(self.estimate, self.low, self.high)
        tested = f"{p_shown(self.p_value)} for a margin of {self.margin:g}"
        return f"{interval}, {tested}: {self.verdict}"

    def to_dict(self) -> dict[str, Any]:
        """The fields and the verdict, ready for JSON."""
        return super().to_dict() | {"verdict": self.verdict}


def non_inferiority(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    margin: float,
    metric: str | Metric = "macro_f1",
    resamples: int = RESAMPLES,
    level: float = 0.90,
    seed: int = 0,
) -> NonInferiority:
    """Tests whether predictions are worse than a baseline's by less than a margin.

    Of several repetitions of a cross-validation the metric is the mean, and a resample draws the
    same groups in all of them and for both classifiers. The interval is the percentile one. The
    p-value is the share of resamples in which the loss is the margin or more, where the records as
    they are count as one of these (Davison and Hinkley 1997, section 4.2). At the usual level of
    0.90 the test errs in 5% of cases, and the interval then lies above minus the margin.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``, with predictions as of ``group_bootstrap``.
        predictions: predicted class indices, int ``[n]`` or ``[repetitions, n]``; or
            probabilities, float ``[n, classes]`` or ``[repetitions, n, classes]``.
        baseline: those of the classifier to compare with, likewise; it may have another number of
            repetitions.
        groups: group of each record, ``[n]``; rows of one group are drawn together.
        margin: the largest loss of the metric that would be borne, above 0.
        metric: as of :func:`~ecgzoo.evaluation.paired_difference`.
        resamples: number of bootstrap resamples.
        level: coverage that the interval aims at.
        seed: of the draws; one seed draws the same groups for every pair.

    Raises:
        ValueError: on a margin that is not above 0, arrays that do not match, fewer than two
            groups, an unknown metric, or settings out of range.

    Example:
        >>> labels, ours = [0, 1] * 50, [0, 1] * 48 + [1, 1] * 2
        >>> theirs = [[0, 1] * 50, [1, 1] + [0, 1] * 49]  # two repetitions
        >>> print(non_inferiority(labels, ours, theirs, range(100), 0.05, "accuracy"))
        -0.015 (-0.040 to +0.005), p 0.026 for a margin of 0.05: non-inferior
    """
    check_settings(resamples, level)
    if not 0 < margin < np.inf:
        raise ValueError(
            f"expected a margin above 0, the largest loss that would be borne; got {margin}"
        )
    sides = {
        name: repetitions_of(labels, given, name)
        for name, given in (("predictions", predictions), ("baseline", baseline))
    }
    for name, side in sides.items():
        check_lengths(**{"labels": labels, name: side[0], "groups": groups})
    measures = [
        [weighted_metric(labels, one, groups, metric) for one in side] for side in sides.values()
    ]

    def difference(weights: np.ndarray) -> np.ndarray:
        ours, theirs = (np.mean([one(weights) for one in side], axis=0) for side in measures)
        return np.asarray(ours - theirs)

    differences = finite(resampled(difference, measures[0][0].groups, resamples, seed))
    means = [np.mean([one.estimate for one in side]) for side in measures]
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    return NonInferiority(
        estimate=float(means[0] - means[1]),
        low=float(low),
        high=float(high),
        margin=float(margin),
        p_value=(1 + int((differences <= -margin).sum())) / (len(differences) + 1),
        resamples=len(differences),
        level=level,
    )


def repetitions_of(labels: ArrayLike, predictions: ArrayLike, name: str) -> np.ndarray:
    """Class indices ``[repetitions, n]``; else ``[repetitions, n, classes]``; of one or several.

    Raises:
        ValueError: on another number of axes.

    Example:
        >>> repetitions_of([0, 1], [0, 1], "predictions").shape
        (1, 2)
    """
    array = np.asarray(predictions)
    indices = np.issubdtype(array.dtype, np.integer) and not several_at_once(labels)
    single = 1 if indices else 2
    if array.ndim not in (single, single + 1) or not len(array):
        raise ValueError(
            f"expected {name} as class indices [n] or [repetitions, n], or as probabilities "
            f"[n, classes] or [repetitions, n, classes]; got {array.dtype} of shape "
            f"{list(array.shape)}"
        )
    return array if array.ndim > single else array[None]
