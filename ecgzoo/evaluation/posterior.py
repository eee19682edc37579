"""A posterior distribution of the difference between two classifiers, and what it says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.metrics import Metric
from ecgzoo.evaluation.results import Row
from ecgzoo.evaluation.significance import mcnemar
from ecgzoo.evaluation.weighted import in_blocks, weighted_metric

ROPE = 0.01  # half the width of the region of practical equivalence


@dataclass(frozen=True)
class Posterior(Row):
    """How probable it is that one classifier is better than another, equal, or worse.

    The three probabilities sum to 1. Source: Benavoli, Corani, Demsar and Zaffalon (2017), Time for
    a Change: a Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis, JMLR 18(77).

    Attributes:
        estimate: mean of the difference, first minus second.
        low: lower end of its credible interval.
        high: upper end.
        better: probability that the first is better by more than ``rope``.
        equivalent: probability that they differ by at most ``rope``.
        worse: probability that the second is better by more than ``rope``.
        rope: difference up to which they are equal in practice.
        level: probability of the interval.
    """

    estimate: float
    low: float
    high: float
    better: float
    equivalent: float
    worse: float
    rope: float
    level: float

    def __str__(self) -> str:
        return f"better {self.better:.3f}, equal {self.equivalent:.3f}, worse {self.worse:.3f}"


def _posterior_of_draws(differences: np.ndarray, rope: float, level: float) -> Posterior:
    """What draws of the difference, ``[draws]``, say."""
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    better, worse = float((differences > rope).mean()), float((differences < -rope).mean())
    mean, equal = float(differences.mean()), float((abs(differences) <= rope).mean())
    return Posterior(mean, float(low), float(high), better, equal, worse, rope, level)


def _check_rope(rope: float) -> None:
    if not 0 <= rope < np.inf:
        raise ValueError(
            f"expected a difference from 0 up that is equal in practice, such as 0.01; got {rope}"
        )


def bayesian_bootstrap(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    groups: ArrayLike,
    metric: str | Metric = "macro_f1",
    rope: float = ROPE,
    draws: int = 10_000,
    level: float = 0.95,
    seed: int = 0,
) -> Posterior:
    """The posterior of a metric's difference, with any metric and a flat prior over the groups.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``, with predictions as of ``group_bootstrap``.
        predictions: predicted class indices, int ``[n]``, or probabilities ``[n, classes]``.
        baseline: those of the classifier to compare with, likewise.
        groups: group of each record, ``[n]``; rows of one group weigh the same.
        metric: a name in ``METRICS``, a function of confusion matrices, or ``"macro_auc"``.
        rope: difference up to which the two are equal in practice.
        draws: number of draws from the posterior.
        level: probability of the credible interval.
        seed: of the draws.

    Raises:
        ValueError: as :func:`~ecgzoo.evaluation.paired_difference`, or on a negative ``rope``.

    Example:
        >>> labels, right, wrong = [0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 0, 0]
        >>> found = bayesian_bootstrap(labels, right, wrong, list("abcd"), "accuracy")
        >>> found.better > 0.99, round(found.estimate, 1)
        (True, 0.5)
    """
    check_settings(draws, level)
    _check_rope(rope)
    check_lengths(labels=labels, predictions=predictions, baseline=baseline, groups=groups)
    ours, theirs = (weighted_metric(labels, one, groups, metric) for one in (predictions, baseline))
    rng, even = np.random.default_rng(seed), np.ones(ours.groups)
    drawn = in_blocks(
        lambda weights: ours(weights) - theirs(weights),
        lambda count: rng.dirichlet(even, count),
        draws,
        ours.groups,
    )
    return _posterior_of_draws(drawn, rope, level)


def paired_outcomes_posterior(
    labels: ArrayLike,
    predictions: ArrayLike,
    baseline: ArrayLike,
    rope: float = ROPE,
    draws: int = 100_000,
    level: float = 0.95,
    seed: int = 0,
) -> Posterior:
    """The posterior of the difference in accuracy, on independent records.

    Like McNemar's test it takes a record per patient; for several,
    :func:`~ecgzoo.evaluation.posterior` weighs patients.

    Args:
        labels: true class indices, int ``[n]``.
        predictions: predicted class indices, int ``[n]``.
        baseline: those of the classifier to compare with, int ``[n]``.
        rope: difference up to which the two are equal in practice.
        draws: number of draws from the posterior.
        level: probability of the credible interval.
        seed: of the draws.

    Raises:
        ValueError: on arrays that do not match or are no class indices, or settings out of range.

    Example:
        >>> labels = [0] * 100  # 10 against 0 outcomes, and one more of each by the prior:
        >>> found = paired_outcomes_posterior(labels, labels, [1] * 10 + [0] * 90)
        >>> round(found.estimate, 2)  # (11 - 1) / 104
        0.1
    """
    check_settings(draws, level)
    _check_rope(rope)
    table = mcnemar(labels, predictions, baseline)
    counts = np.array([table.both, table.only_first, table.only_second, table.neither])
    shares = np.random.default_rng(seed).dirichlet(counts + 1.0, draws)
    return _posterior_of_draws(shares[:, 1] - shares[:, 2], rope, level)


def correlated_t_test(
    scores: ArrayLike,
    baseline: ArrayLike,
    rope: float = ROPE,
    runs: int = 1,
    level: float = 0.95,
) -> Posterior:
    """The posterior of the difference between two classifiers' mean scores over folds.

    Args:
        scores: a score per fold, higher being better, ``[runs x folds]``.
        baseline: those of the classifier to compare with, on the same folds.
        rope: difference up to which the two are equal in practice.
        runs: how often the cross-validation was repeated.
        level: probability of the credible interval.

    Raises:
        ValueError: on arrays that do not match, scores that are not finite, fewer than two folds,
            a number of scores that the runs do not divide, or settings out of range.

    Example:
        >>> found = correlated_t_test([0.90, 0.92, 0.91], [0.85, 0.86, 0.88])
        >>> print(found)
        better 0.940, equal 0.032, worse 0.028
    """
    check_settings(2, level)
    _check_rope(rope)
    ours, theirs = _checked(scores, baseline, runs)
    from baycomp.single import CorrelatedTTest  # late: it takes scipy.stats along
    from scipy.stats import t

    test = CorrelatedTTest(ours, theirs, rope, runs)  # of the second minus the first
    better, *equal, worse = (float(one) for one in test.probs())
    mean, half = -float(test.mean), float(t.ppf((1 + level) / 2, test.df) * np.sqrt(test.var))
    return Posterior(mean, mean - half, mean + half, better, sum(equal), worse, rope, level)


def _checked(scores: ArrayLike, baseline: ArrayLike, runs: int) -> tuple[np.ndarray, np.ndarray]:
    check_lengths(scores=scores, baseline=baseline)
    ours, theirs = (np.asarray(one, np.float64) for one in (scores, baseline))
    if ours.ndim != 1 or theirs.ndim != 1 or not np.isfinite([ours, theirs]).all():
        raise ValueError("expected a finite score per fold of each classifier, [folds]")
    if runs < 1 or len(ours) % runs or len(ours) // runs < 2:
        raise ValueError(
            f"expected scores of {runs} runs of at least 2 folds each; got {len(ours)} scores"
        )
    return ours, theirs
