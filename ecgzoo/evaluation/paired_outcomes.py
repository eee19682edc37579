"""The posterior of the paired outcomes: both right, only the first, only the second, neither.

The four probabilities have a Dirichlet distribution, before the records and after; the difference
in accuracy is that of the two in the middle. The prior is flat over the four. Source: Gelman et al.
(2013), Bayesian Data Analysis, third edition, section 3.4 (multinomial data, Dirichlet prior).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.mcnemar import mcnemar
from ecgzoo.evaluation.posterior import ROPE, Posterior, check_rope, posterior_of_draws


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
    :func:`~ecgzoo.evaluation.bayesian_bootstrap` weighs patients.

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
    check_rope(rope)
    table = mcnemar(labels, predictions, baseline)
    counts = np.array([table.both, table.only_first, table.only_second, table.neither])
    shares = np.random.default_rng(seed).dirichlet(counts + 1.0, draws)
    return posterior_of_draws(shares[:, 1] - shares[:, 2], rope, level)
