"""Pair: two models of a cross-validation, compared by every test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ecgzoo.evaluation import (
    McNemar,
    Posterior,
    classification_metrics,
    correlated_t_test,
    mcnemar,
    paired_outcomes_posterior,
)
from ecgzoo.report.contrast import Contrast, contrast
from ecgzoo.report.cross_validation import CrossValidation
from ecgzoo.training.predictions import Predictions

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
        **vars(contrast(labels, ours, theirs, groups, METRIC)),
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
