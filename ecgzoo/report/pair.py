"""Pair: two models of a cross-validation, compared by every test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ecgzoo.evaluation import (
    Difference,
    McNemar,
    Permutation,
    Posterior,
    bayesian_bootstrap,
    classification_metrics,
    correlated_t_test,
    mcnemar,
    paired_difference,
    paired_outcomes_posterior,
    permutation_test,
)
from ecgzoo.report.cross_validation import CrossValidation

METRIC = "macro_f1"


@dataclass(frozen=True)
class Pair:
    """Everything that tells whether one model is better than another.

    Attributes:
        first: the model with the higher macro F1.
        second: the other.
        difference: of macro F1, with a paired group-bootstrap interval.
        permutation: of macro F1, swapping answers by group.
        mcnemar: of the records that one alone gets right.
        bootstrap: the posterior of the difference in macro F1, by groups.
        outcomes: the posterior of the difference in accuracy, by records.
        folds: the posterior of the difference in macro F1, by folds.
    """

    first: str
    second: str
    difference: Difference
    permutation: Permutation
    mcnemar: McNemar
    bootstrap: Posterior
    outcomes: Posterior
    folds: Posterior

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


def pairs(one: CrossValidation) -> list[Pair]:
    """Every two models, the largest difference in macro F1 first."""
    found = [_pair(one, *names) for names in combinations(one.models, 2)]
    return sorted(found, key=lambda pair: -pair.difference.estimate)


def _pair(one: CrossValidation, first: str, second: str) -> Pair:
    f1 = {name: macro_f1_by_fold(one, name) for name in (first, second)}
    answers = {name: one.predictions[name].probabilities.argmax(axis=1) for name in f1}
    truth = one.predictions[first]
    difference = paired_difference(truth.labels, answers[first], answers[second], truth.groups)
    if difference.estimate < 0:
        return _pair(one, second, first)
    compared = truth.labels, answers[first], answers[second]
    return Pair(
        first,
        second,
        difference,
        permutation_test(*compared, truth.groups),
        mcnemar(*compared),
        bayesian_bootstrap(*compared, truth.groups),
        paired_outcomes_posterior(*compared),
        correlated_t_test(f1[first], f1[second]),
    )


def macro_f1_by_fold(one: CrossValidation, model: str) -> np.ndarray:
    """A model's macro F1 on each fold's test part, ``[folds]``."""
    parts = [run.predictions() for run in one.runs[model]]
    return np.array(
        [classification_metrics(x.labels, x.probabilities, x.classes).f1 for x in parts]
    )
