"""The Bayesian bootstrap: groups weighed by a Dirichlet distribution, instead of drawn.

Source: Rubin (1981), The Bayesian Bootstrap, Annals of Statistics 9(1), 130-134; here the groups
are the independent units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_lengths
from ecgzoo.evaluation.bootstrap import check_settings
from ecgzoo.evaluation.confusion import Metric
from ecgzoo.evaluation.posterior import ROPE, Posterior, check_rope, posterior_of_draws
from ecgzoo.evaluation.weighted import weighted_metric


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
        labels: true class indices, int ``[n]``.
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
    check_rope(rope)
    check_lengths(labels=labels, predictions=predictions, baseline=baseline, groups=groups)
    ours, theirs = (weighted_metric(labels, one, groups, metric) for one in (predictions, baseline))
    weights = np.random.default_rng(seed).dirichlet(np.ones(ours.groups), draws)
    return posterior_of_draws(ours(weights) - theirs(weights), rope, level)
