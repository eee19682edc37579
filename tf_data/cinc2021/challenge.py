"""The challenge's own score: partial credit for a diagnosis whose treatment is much the same."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown

WEIGHTS = Path(__file__).with_name("weights.csv")
"""The published rewards (physionetchallenges/evaluation-2021, weights.csv), by abbreviation."""
INACTIVE = "NSR"  # the answer that scores 0: sinus rhythm for everybody


def weights_of(classes: Sequence[str]) -> np.ndarray:
    """Reward of calling the second class where the first holds: float64 ``[classes, classes]``.

    Raises:
        UnknownNameError: if a class is not one that is scored.

    Example:
        >>> weights_of(["AF", "AFL", "NSR"])[0].tolist()
        [1.0, 0.5, 0.25]
    """
    with WEIGHTS.open(newline="", encoding="utf-8") as stream:
        names, *rows = csv.reader(stream)
    known = names[1:]
    for name in classes:
        if name not in known:
            raise UnknownNameError(unknown("scored class", name, known))
    table = np.array([row[1:] for row in rows], float)
    chosen = [known.index(name) for name in classes]
    return table[np.ix_(chosen, chosen)]


def challenge_score(labels: ArrayLike, called: ArrayLike, classes: Sequence[str]) -> float:
    """The challenge metric of PhysioNet/CinC 2021: 1 of the right answers, 0 of ``NSR`` for all.

    Each record spreads its credit over the pairs of a class that holds and one that is called,
    divided by how many classes hold or are called. Records count one by one: pool windows first.
    Classes that the records lack may be left out of all three; the published code leaves them out
    too. (Perez Alday et al. 2020, doi:10.1088/1361-6579/abc960; weights of 2021.)

    Args:
        labels: zeros and ones ``[n, classes]``.
        called: likewise.
        classes: their names; ``NSR`` is among them.

    Raises:
        ValueError: if the arrays are not ``[n, classes]``, or NSR for everybody is right.
        UnknownNameError: if a class is not scored, or NSR is lacking.

    Example:
        >>> labels, classes = [[1, 0, 0], [0, 0, 1]], ["AF", "AFL", "NSR"]
        >>> [challenge_score(labels, one, classes) for one in (labels, [[0, 0, 1]] * 2)]
        [1.0, 0.0]
    """
    weights = weights_of(classes)
    if INACTIVE not in classes:
        raise UnknownNameError(f"expected the class {INACTIVE}; got {', '.join(classes)}")
    truth, answers = np.asarray(labels, bool), np.asarray(called, bool)
    if truth.ndim != 2 or truth.shape != answers.shape or truth.shape[1] != len(classes):
        raise ValueError(
            f"expected labels and called [n, {len(classes)}]; got {truth.shape} and {answers.shape}"
        )
    inactive = np.zeros_like(truth)
    inactive[:, list(classes).index(INACTIVE)] = True
    score, best, worst = (_credit(truth, one, weights) for one in (answers, truth, inactive))
    if best == worst:
        raise ValueError(f"expected records of other classes than {INACTIVE}; there are none")
    return float((score - worst) / (best - worst))


def _credit(truth: np.ndarray, answers: np.ndarray, weights: np.ndarray) -> float:
    either = np.maximum((truth | answers).sum(axis=1), 1)
    return float((truth / either[:, None] @ weights * answers).sum())
