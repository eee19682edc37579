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
from ecgzoo.report.study.headline import SHOWN, asked_by, headline_of

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
    """Compares answers (labels, A's, B's, groups), as a metric takes them."""
    return Contrast(
        paired_difference(*answers, metric, resamples, level, seed),
        permutation_test(*answers, metric, resamples, seed),
        bayesian_bootstrap(*answers, metric, rope, resamples, level, seed),
    )


@dataclass(frozen=True)
class Pair(Contrast):
    """Everything that tells whether one model is better than another.

    The contrast is in the figure that stands for all: macro F1, or of several labels at once macro
    AUC.

    Attributes:
        first: the model with the higher figure.
        second: the other.
        mcnemar: of the records that one alone gets right; of several labels, every one of them.
        outcomes: the posterior of the difference in accuracy, by records.
        folds: the posterior of the difference in that figure, by folds.
    """

    first: str
    second: str
    mcnemar: McNemar
    outcomes: Posterior
    folds: Posterior

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


def pairs(one: CrossValidation) -> list[Pair]:
    """Every two models, the largest difference first."""
    best_first = sorted(one.models, key=lambda model: -_headline(one.predictions[model]))
    found = [_pair(one, *names) for names in combinations(best_first, 2)]
    return sorted(found, key=lambda pair: -pair.difference.estimate)


def _pair(one: CrossValidation, first: str, second: str) -> Pair:
    labels, ours, theirs, groups = one.asked(first, second)
    outcomes = right_and_wrong(one.predictions[first], one.predictions[second])
    return Pair(
        **vars(_contrast((labels, ours, theirs, groups), one.metric)),
        first=first,
        second=second,
        mcnemar=mcnemar(*outcomes),
        outcomes=paired_outcomes_posterior(*outcomes),
        folds=correlated_t_test(headline_by_fold(one, first), headline_by_fold(one, second)),
    )


def right_and_wrong(
    first: Predictions, second: Predictions
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels and both answers as McNemar's test takes them, int ``[n]`` each.

    Of several labels at once a record is right where every one is: 0, against 1.

    Example:
        >>> ids, likely = np.array(["a", "b"]), np.array([[0.9, 0.2], [0.9, 0.7]])
        >>> one = Predictions(ids, ids, np.array([[1, 0], [1, 0]]), likely, ("N", "V"))
        >>> [found.tolist() for found in right_and_wrong(one, one)]
        [[0, 0], [0, 1], [0, 1]]
    """
    if not first.several:
        return first.labels, first.answers, second.answers
    wrong = [(one.answers != first.labels).any(axis=1).astype(int) for one in (first, second)]
    return np.zeros(len(first.labels), int), wrong[0], wrong[1]


def headline_by_fold(one: CrossValidation, model: str) -> np.ndarray:
    """A model's headline figure on each fold's test part, ``[folds]``."""
    return np.array([_headline(part) for part in one.parts[model]])


def _headline(answers: Predictions) -> float:
    return float(answers.metrics().headline[1])


METRICS = {name: SHOWN[name] for name in ("accuracy", "macro_f1", "macro_auc")}
OF_SEVERAL = (*METRICS, "macro_average_precision")


def metrics_for(one: Predictions) -> tuple[str, ...]:
    """The metrics that two models are compared in; of several labels also average precision."""
    return OF_SEVERAL if one.several else tuple(METRICS)


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
        mcnemar: McNemar's test, of several labels at once of records with every one right; None
            where a group has several records, which it cannot take.
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
    metric: str | None = None,
    rope: float = ROPE,
    resamples: int = 5000,
    level: float = 0.95,
    seed: int = 0,
) -> TwoModels:
    """Compares two models' predictions of the same records.

    Args:
        first: A's predictions.
        second: B's, of the same records in the same order.
        metric: the one that decides: ``accuracy``, ``macro_f1`` or ``macro_auc``, of several labels
            also ``macro_average_precision``; by default macro F1, of several labels macro AUC.
        rope: difference up to which the two are equal in practice.
        resamples: number of resamples, of swaps and of draws.
        level: coverage of the intervals; a difference is shown at a p-value below what it leaves.
        seed: of all draws.

    Raises:
        ValueError: on an unknown metric, settings out of range, or predictions that the functions
            of :mod:`ecgzoo.evaluation` refuse.
    """
    names, metric = metrics_for(first), metric or headline_of(first)
    if metric not in names:
        raise ValueError(f"expected a metric among {', '.join(names)}; got {metric!r}")
    labels, groups, pair = first.labels, first.groups, (first, second)
    both = [
        intervals(
            labels,
            one.probabilities,
            groups,
            resamples,
            level,
            seed=seed,
            thresholds=one.thresholds,
        )
        for one in pair
    ]
    contrasts = {
        name: _contrast(
            (labels, asked_by(name, first), asked_by(name, second), groups),
            name,
            rope,
            resamples,
            level,
            seed,
        )
        for name in names
    }
    count = len(set(groups.tolist()))
    found = TwoModels(len(labels), count, both[0], both[1], contrasts, metric)
    if count < len(labels):
        return found
    asked = right_and_wrong(first, second)
    outcomes = paired_outcomes_posterior(*asked, rope, level=level, seed=seed)
    return replace(found, mcnemar=mcnemar(*asked), outcomes=outcomes)


def verdict(found: TwoModels, first: str = "A", second: str = "B") -> str:
    """Which model is better, by how much and how surely; or that this is not shown.

    One is better if bootstrap and permutation test both say so. Failing that, they are equal in
    practice if the Bayesian bootstrap gives that at least the intervals' level.
    """
    contrast, metric = found.contrasts[found.metric], SHOWN[found.metric]
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
