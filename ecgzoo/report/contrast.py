"""Contrast: the difference between two models in one metric, by every test that takes groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgzoo.evaluation import (
    Difference,
    Permutation,
    Posterior,
    bayesian_bootstrap,
    paired_difference,
    permutation_test,
)
from ecgzoo.evaluation.comparison import RESAMPLES
from ecgzoo.evaluation.posterior import ROPE


@dataclass(frozen=True)
class Contrast:
    """The difference between two models in one metric, A minus B.

    Attributes:
        difference: with a group-bootstrap interval and p-value.
        permutation: the permutation test by groups.
        posterior: the Bayesian bootstrap over groups.
    """

    difference: Difference
    permutation: Permutation
    posterior: Posterior

    @property
    def p_value(self) -> float:
        """The larger of the two p-values: a difference is shown only where both tests show it."""
        return max(self.difference.p_value, self.permutation.p_value)


def contrast(
    labels: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    groups: np.ndarray,
    metric: str,
    rope: float = ROPE,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Contrast:
    """Compares two models in a metric.

    Args:
        labels: class indices, int ``[n]``.
        first: A's predicted classes ``[n]`` or probabilities ``[n, classes]``.
        second: B's, likewise.
        groups: group of each record, ``[n]``.
        metric: its name.
        rope: difference up to which the two are equal in practice.
        resamples: number of resamples, of swaps and of draws.
        level: coverage of the intervals.
        seed: of all draws.

    Raises:
        ValueError: on what the functions of :mod:`ecgzoo.evaluation` refuse.

    Example:
        >>> labels, wrong = np.zeros(12, int), np.ones(12, int)
        >>> found = contrast(labels, labels, wrong, np.arange(12), "accuracy")
        >>> found.difference.estimate, found.posterior.better
        (1.0, 1.0)
    """
    compared = labels, first, second, groups, metric
    return Contrast(
        paired_difference(*compared, resamples, level, seed),
        permutation_test(*compared, resamples, seed),
        bayesian_bootstrap(*compared, rope, resamples, level, seed),
    )
