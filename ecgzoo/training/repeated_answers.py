"""RepeatedAnswers: out-of-fold answers of cross-validations that differ in their fold seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import RunError
from ecgzoo.training.predictions import Predictions
from ecgzoo.training.run import Run


@dataclass(frozen=True, eq=False)
class RepeatedAnswers:
    """Out-of-fold answers for the same records, in the same order, once per fold seed.

    Attributes:
        seeds: the fold seeds, rising.
        answers: of each seed, its records sorted by name.
        folds: of each seed, the fold of each record, int ``[n]``.
    """

    seeds: tuple[int, ...]
    answers: tuple[Predictions, ...]
    folds: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> RepeatedAnswers:
        """Reads the answers of every fold of every seed.

        Raises:
            RunError: if a run has not finished, or two seeds are of different records.
        """
        seeds = sorted({run.recipe().fold_seed for run in runs})
        parts = [_pooled([run for run in runs if run.recipe().fold_seed == one]) for one in seeds]
        answers, folds = zip(*parts, strict=True)
        for seed, one in zip(seeds, answers, strict=True):
            if not _same_records(one, answers[0]):
                raise RunError(
                    f"the cross-validations of fold seeds {seeds[0]} and {seed} are of different "
                    "records, labels or groups; publish those of one data set together"
                )
        return cls(tuple(seeds), answers, folds)

    @property
    def first(self) -> Predictions:
        """Of the first seed: for names, groups and labels, which all share."""
        return self.answers[0]

    @property
    def predicted(self) -> np.ndarray:
        """The most probable classes, int ``[seeds, n]``."""
        return np.stack([one.probabilities.argmax(axis=1) for one in self.answers])


def _pooled(runs: list[Run]) -> tuple[Predictions, np.ndarray]:
    """One seed's answers and the fold of each, by name."""
    parts = [run.predictions() for run in runs]
    folds = np.repeat([run.recipe().fold for run in runs], [len(part.labels) for part in parts])
    joined = Predictions.joined(parts)
    order = np.argsort(joined.names, kind="stable")
    answers = Predictions(
        joined.names[order],
        joined.groups[order],
        joined.labels[order],
        joined.probabilities[order],
        joined.classes,
    )
    return answers, folds[order]


def _same_records(one: Predictions, other: Predictions) -> bool:
    columns = ("names", "groups", "labels")
    same = (np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)
    return one.classes == other.classes and all(same)
