"""Two models by every test, all pairs of a cross-validation, and a verdict as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import (
    Difference,
    Intervals,
    McNemar,
    Permutation,
    Posterior,
    bayesian_bootstrap,
    classification_metrics,
    correlated_t_test,
    intervals,
    mcnemar,
    paired_difference,
    paired_outcomes_posterior,
    permutation_test,
)
from ecgzoo.evaluation.comparison import RESAMPLES
from ecgzoo.evaluation.posterior import ROPE
from ecgzoo.evaluation.results import Told, p_shown

if TYPE_CHECKING:
    from ecgzoo.report.study.cross_validation import CrossValidation


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


def _contrast(
    answers: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    metric: str,
    rope: float = ROPE,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Contrast:
    """Compares answers (labels, A's, B's, groups) in a metric."""
    return Contrast(
        paired_difference(*answers, metric, resamples, level, seed),
        permutation_test(*answers, metric, resamples, seed),
        bayesian_bootstrap(*answers, metric, rope, resamples, level, seed),
    )


METRIC = "macro_f1"


@dataclass(frozen=True)
class Pair(Contrast):
    """Everything that tells whether one model is better than another; the contrast is in macro F1.

    Attributes:
        first: the model with the higher macro F1.
        second: the other.
        mcnemar: of the records that one alone gets right.
        outcomes: the posterior of the difference in accuracy, by records.
        folds: the posterior of the difference in macro F1, by folds.
    """

    first: str
    second: str
    mcnemar: McNemar
    outcomes: Posterior
    folds: Posterior

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


def pairs(one: CrossValidation) -> list[Pair]:
    """Every two models, the largest difference in macro F1 first."""
    best_first = sorted(one.models, key=lambda model: -_macro_f1(one.predictions[model]))
    found = [_pair(one, *names) for names in combinations(best_first, 2)]
    return sorted(found, key=lambda pair: -pair.difference.estimate)


def _pair(one: CrossValidation, first: str, second: str) -> Pair:
    labels, ours, theirs, groups = one.answers(first, second)
    return Pair(
        **vars(_contrast((labels, ours, theirs, groups), METRIC)),
        first=first,
        second=second,
        mcnemar=mcnemar(labels, ours, theirs),
        outcomes=paired_outcomes_posterior(labels, ours, theirs),
        folds=correlated_t_test(macro_f1_by_fold(one, first), macro_f1_by_fold(one, second)),
    )


def macro_f1_by_fold(one: CrossValidation, model: str) -> np.ndarray:
    """A model's macro F1 on each fold's test part, ``[folds]``."""
    return np.array([_macro_f1(part) for part in one.parts[model]])


def _macro_f1(answers: Predictions) -> float:
    return classification_metrics(answers.labels, answers.probabilities, answers.classes).f1


METRICS = {"accuracy": "accuracy", "macro_f1": "macro F1", "macro_auc": "macro AUC"}


@dataclass(frozen=True)
class TwoModels(Told):
    """What is known of two models.

    Attributes:
        records: how many both answered for.
        groups: how many groups (patients) these are of.
        first: A's metrics with intervals.
        second: B's.
        contrasts: by metric.
        metric: the one that decides.
        mcnemar: McNemar's test; None where a group has several records, which it cannot take.
        outcomes: the posterior of the paired outcomes; likewise.
    """

    records: int
    groups: int
    first: Intervals
    second: Intervals
    contrasts: dict[str, Contrast]
    metric: str
    mcnemar: McNemar | None = None
    outcomes: Posterior | None = None


def two_models(
    first: Predictions,
    second: Predictions,
    metric: str = "macro_f1",
    rope: float = ROPE,
    resamples: int = 5000,
    level: float = 0.95,
    seed: int = 0,
) -> TwoModels:
    """Compares two models' predictions of the same records.

    Args:
        first: A's predictions.
        second: B's, of the same records in the same order.
        metric: the one that decides: ``accuracy``, ``macro_f1`` or ``macro_auc``.
        rope: difference up to which the two are equal in practice.
        resamples: number of resamples, of swaps and of draws.
        level: coverage of the intervals; a difference is shown at a p-value below what it leaves.
        seed: of all draws.

    Raises:
        ValueError: on an unknown metric, settings out of range, or predictions that the functions
            of :mod:`ecgzoo.evaluation` refuse.
    """
    if metric not in METRICS:
        raise ValueError(f"expected a metric among {', '.join(METRICS)}; got {metric!r}")
    labels, groups = first.labels, first.groups
    pair = first.probabilities, second.probabilities
    both = [intervals(labels, one, groups, resamples, level, seed=seed) for one in pair]
    contrasts = {
        name: _contrast((labels, *pair, groups), name, rope, resamples, level, seed)
        for name in METRICS
    }
    count = len(set(groups.tolist()))
    found = TwoModels(len(labels), count, both[0], both[1], contrasts, metric)
    if count < len(labels):
        return found
    ours, theirs = (one.argmax(axis=1) for one in pair)
    outcomes = paired_outcomes_posterior(labels, ours, theirs, rope, level=level, seed=seed)
    return replace(found, mcnemar=mcnemar(labels, ours, theirs), outcomes=outcomes)


def verdict(found: TwoModels, first: str = "A", second: str = "B") -> str:
    """Which model is better, by how much and how surely; or that this is not shown.

    One is better if bootstrap and permutation test both say so. Failing that, they are equal in
    practice if the Bayesian bootstrap gives that at least the intervals' level.
    """
    contrast, metric = found.contrasts[found.metric], METRICS[found.metric]
    one, equal = contrast.difference, contrast.posterior.equivalent
    better, worse = (first, second) if one.estimate >= 0 else (second, first)
    gap = f"{_gap(one)}, {p_shown(contrast.p_value)})"
    if contrast.p_value < 1 - one.level:
        return f"{better} is better than {worse}: its {metric} is higher by {gap}."
    higher = f"the {metric} of {better} is higher by {gap}"
    if equal >= one.level:
        return (
            f"{first} and {second} are equal in practice: {higher}, and with probability "
            f"{equal:.3f} they differ by at most {contrast.posterior.rope:g}."
        )
    return f"Not shown that {first} and {second} differ: {higher}."


def _gap(one: Difference) -> str:
    """The size of the difference and its interval, seen from the better one."""
    low, high = (one.low, one.high) if one.estimate >= 0 else (-one.high, -one.low)
    return f"{abs(one.estimate):.3f} ({one.level * 100:g}% interval {low:.3f} to {high:.3f}"
