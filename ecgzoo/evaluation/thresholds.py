"""Thresholds: the probability from which on a class is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_answers, several_at_once
from ecgzoo.evaluation.results import Told, frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Thresholds(Told):
    """Per class, the probability from which on it is called, one against the rest.

    Attributes:
        values: by class name; a record of this probability or more is called the class.
        f1: by class name: F1 with it, on the records that it was chosen on. On others it is lower.
        f1_at_half: by class name: F1 at a threshold of one half, on the same records.
    """

    values: dict[str, float]
    f1: dict[str, float]
    f1_at_half: dict[str, float]

    def apply(self, probabilities: ArrayLike) -> np.ndarray:
        """Which classes are called: bool ``[n, classes]``; none or several of a record may be.

        Example:
            >>> Thresholds({"a": 0.2, "b": 0.9}, {}, {}).apply([[0.3, 0.7]])
            array([[ True, False]])
        """
        return np.asarray(probabilities) >= np.array([*self.values.values()])

    def to_frame(self) -> pd.DataFrame:
        """A row per class."""
        columns = {"threshold": self.values, "f1": self.f1, "f1_at_half": self.f1_at_half}
        return frame(columns).rename_axis("class")


def fit_thresholds(
    labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]
) -> Thresholds:
    """The threshold of each class with the highest F1 of that class against the rest.

    Of equally good ones the highest is taken. F1 is that of Lipton, Elkan and Naryanaswamy (2014),
    Optimal Thresholding of Classifiers to Maximize F1 Measure, ECML PKDD; a rare class' threshold
    is low, and chosen on few records it is uncertain. Fit on records that the classifier was not
    trained on, and judge on others.

    Args:
        labels: class indices, int ``[n]``, or of several at once zeros and ones ``[n, classes]``.
        probabilities: ``[n, classes]``.
        classes: class names, in label order.

    Raises:
        ValueError: on arrays that do not match, NaN, or a class of which there is no record, or
            nothing else.

    Example:
        >>> fit_thresholds([0, 0, 1], [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]], ["a", "b"]).values
        {'a': 0.4, 'b': 0.7}
    """
    true, shares = check_answers(labels, probabilities)
    if len(classes) != shares.shape[1]:
        raise ValueError(f"expected {shares.shape[1]} class names; got {len(classes)}")
    members = true if several_at_once(true) else true[:, None] == np.arange(len(classes))
    for name, count in zip(classes, members.sum(axis=0), strict=True):
        if not 0 < count < len(members):
            raise ValueError(
                f"a threshold of {name} needs records of it and of others; {count} of "
                f"{len(members)} records are of it. Fit on more records."
            )
    columns = [*zip(members.T, shares.T, strict=True)]
    halves = [_f1(member, column >= 0.5) for member, column in columns]
    values, best = zip(*(_best(*one) for one in columns), strict=True)
    return Thresholds(*(dict(zip(classes, one, strict=True)) for one in (values, best, halves)))


def _best(member: np.ndarray, probability: np.ndarray) -> tuple[float, float]:
    """The threshold with the highest F1, among the probabilities that occur, and that F1."""
    order = np.argsort(-probability, kind="stable")
    falling = probability[order]
    hits, called = np.cumsum(member[order]), np.arange(1, len(member) + 1)
    f1 = 2 * hits / (called + member.sum())
    f1[:-1][falling[:-1] == falling[1:]] = -1.0  # equal probabilities are called together
    best = int(f1.argmax())
    return float(falling[best]), float(f1[best])


def _f1(member: np.ndarray, called: np.ndarray) -> float:
    return float(2 * (member & called).sum() / (called.sum() + member.sum()))
