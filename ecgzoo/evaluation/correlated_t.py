"""The Bayesian correlated t-test: two classifiers' scores in the folds of a cross-validation.

Folds share training records, so their scores go together and a plain t-test is too sure. Source:
Corani and Benavoli (2015), A Bayesian approach for comparing cross-validated algorithms on multiple
data sets, Machine Learning 100, 285-304; the correction: Nadeau and Bengio (2003), Inference for
the Generalization Error, Machine Learning 52, 239-281. Computed by the library baycomp.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.posterior import ROPE, Posterior, check_rope


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
    check_rope(rope)
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
