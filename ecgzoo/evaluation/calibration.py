"""Calibration: whether a classifier is right as often as it says; temperature and thresholds.

Source: Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks, ICML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit, softmax

from ecgzoo.evaluation.arrays import (
    check_labels,
    check_members,
    check_probabilities,
    several_at_once,
)
from ecgzoo.evaluation.results import Row, Told, frame

if TYPE_CHECKING:
    import pandas as pd


BINNINGS = ("width", "adaptive")
BINS = 15  # as in the paper


@dataclass(frozen=True, eq=False)
class Calibration(Told):
    """How often a classifier is right, by how sure it is.

    Attributes:
        binning: ``"width"``, bins of equal width; or ``"adaptive"``, of equal number of records.
        confidence: ``[bins]``, the mean of the highest probabilities; bins without records are
            left out.
        accuracy: ``[bins]``, the share of records classified right.
        count: ``[bins]``, records.
        error: expected calibration error: the mean gap between the two, weighted by records.
    """

    binning: str
    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray
    error: float

    def to_frame(self) -> pd.DataFrame:
        """The calibration curve: a row per bin."""
        columns = ("confidence", "accuracy", "count")
        return frame({name: getattr(self, name) for name in columns})


def calibration(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS, binning: str = "width"
) -> Calibration:
    """The calibration curve of the predicted class, and its expected calibration error.

    Of several labels at once it is the curve of every class's own probability, pooled: how often a
    class holds, by how probable it is called. ``accuracy`` is then the share that hold.

    The error depends on the bins, and is biased upwards: of a perfectly calibrated classifier it is
    not zero, the less so the fewer records a bin holds. Compare errors of one binning and one
    number of records only.

    Args:
        labels: class indices, int ``[n]``, or of several at once zeros and ones ``[n, classes]``.
        probabilities: ``[n, classes]``.
        bins: number of bins.
        binning: ``"width"``, equal widths from 0 to 1, or ``"adaptive"``, equal numbers of records.

    Raises:
        ValueError: on arrays that do not match, NaN, no bins or an unknown binning.

    Example:
        >>> found = calibration([0, 1, 0, 0], [[0.8, 0.2]] * 4, bins=10)
        >>> float(found.confidence[0]), float(found.accuracy[0]), round(found.error, 3)
        (0.8, 0.75, 0.05)
    """
    if bins < 1:
        raise ValueError(f"expected at least 1 bin; got {bins}. 15 are usual.")
    if binning not in BINNINGS:
        raise ValueError(f"expected binning {' or '.join(map(repr, BINNINGS))}; got {binning!r}")
    sure, right = _how_sure(*_checked(labels, probabilities))
    place = _equal_width(sure, bins) if binning == "width" else _equal_number(sure, bins)
    count = np.bincount(place, minlength=bins)
    held = count > 0
    confidence = np.bincount(place, sure, bins)[held] / count[held]
    accuracy = np.bincount(place, right, bins)[held] / count[held]
    error = float(np.average(np.abs(confidence - accuracy), weights=count[held]))
    return Calibration(binning, confidence, accuracy, count[held], error)


def _how_sure(true: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How probable each answer is, and whether it is right."""
    if several_at_once(true):
        return shares.ravel(), true.ravel()
    return shares.max(axis=1), shares.argmax(axis=1) == true


def _checked(labels: ArrayLike, probabilities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    if several_at_once(labels):
        members = check_members(labels)
        return members, check_probabilities(probabilities, *members.shape)
    shares = np.asarray(probabilities, np.float64)
    if shares.ndim != 2 or shares.shape[1] < 2:
        raise ValueError(
            f"expected probabilities [n, classes] of 2 classes or more; got shape "
            f"{list(shares.shape)}. One column p becomes two as [1 - p, p]."
        )
    true = check_labels(labels, shares.shape[1])
    return true, check_probabilities(shares, len(true), shares.shape[1])


def _equal_width(confidence: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each record; an edge belongs to the bin below, as in the paper."""
    edges = np.linspace(0, 1, bins + 1)
    return np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)


def _equal_number(confidence: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each record, of quantiles; equal values share a bin."""
    edges = np.quantile(confidence, np.linspace(0, 1, bins + 1)[1:-1])
    return np.searchsorted(edges, confidence, side="left")


COLDEST, HOTTEST = 0.01, 100.0
TINY = 1e-12


@dataclass(frozen=True)
class Temperature(Row):
    """The temperature that a classifier's logits are divided by.

    Attributes:
        value: above 1 for a classifier that is too sure of itself, below 1 for the opposite.
        loss_before: mean log loss, in nats, of the probabilities given; of several labels at once
            over all classes.
        loss_after: the same with the temperature, on the records that it was fitted to.
        several: whether several labels may hold at once: the logits are then a sigmoid's, not a
            softmax's.
    """

    value: float
    loss_before: float
    loss_after: float
    several: bool = False

    def apply(self, probabilities: ArrayLike) -> np.ndarray:
        """Probabilities ``[n, classes]`` with the temperature; the predicted classes stay.

        Example:
            >>> Temperature(2.0, 1.0, 0.5).apply([[0.9, 0.1]])
            array([[0.75, 0.25]])
            >>> Temperature(2.0, 1.0, 0.5, several=True).apply([[0.9, 0.9]])
            array([[0.75, 0.75]])
        """
        shares = np.asarray(probabilities, float)
        if self.several:
            return np.asarray(expit(_odds(shares) / self.value))
        return np.asarray(softmax(_logits(shares) / self.value, axis=-1))


def fit_temperature(labels: ArrayLike, probabilities: ArrayLike) -> Temperature:
    """The temperature with the lowest log loss on these records.

    Fit it to records that the classifier was not trained on, such as the validation part, and
    apply it to others.

    Args:
        labels: class indices, int ``[n]``, or of several at once zeros and ones ``[n, classes]``.
        probabilities: ``[n, classes]`` of a softmax; their logarithms serve as logits. Of several
            labels at once those of sigmoids, and one temperature is fitted for all classes.

    Raises:
        ValueError: on arrays that do not match, NaN, or records of which no temperature is best:
            all are classified right, or no probability differs from another.

    Example:
        >>> sure = [[0.9, 0.1]] * 4  # right three times of four
        >>> found = fit_temperature([0, 0, 0, 1], sure)
        >>> round(found.value, 3), found.apply(sure)[0].round(3).tolist()
        (2.0, [0.75, 0.25])
    """
    true, shares = _checked(labels, probabilities)
    several = several_at_once(true)
    if several:  # a class holds or does not: two logits of each, which no other class's touch
        odds = _odds(shares).ravel()
        logits, true = np.stack([np.zeros_like(odds), odds], axis=1), true.ravel().astype(int)
    else:
        logits = _logits(shares)
    rows = np.arange(len(true))

    def loss(logarithm: float) -> float:
        return -float(log_softmax(logits / np.exp(logarithm), axis=1)[rows, true].mean())

    _check_best_exists(logits, true)
    ends = np.log(COLDEST), np.log(HOTTEST)
    found = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-6})
    return Temperature(float(np.exp(found.x)), loss(0.0), float(found.fun), several)


def _check_best_exists(logits: np.ndarray, true: np.ndarray) -> None:
    """The loss is convex in 1 / temperature; it has a least value if it falls, then rises."""
    told = logits[np.arange(len(true)), true]
    falls = (told - logits.mean(axis=1)).mean() > TINY
    rises = (told - logits.max(axis=1)).mean() < -TINY
    if not (falls and rises):
        raise ValueError(
            f"no temperature is best for these {len(true)} records, of which "
            f"{(logits.argmax(axis=1) == true).mean():.0%} are classified right: it takes some "
            "that are and some that are not, and answers that tell more than chance, as those "
            "for a validation part do."
        )


def _logits(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities, TINY))


def _odds(probabilities: np.ndarray) -> np.ndarray:
    """The logits of a sigmoid."""
    return np.asarray(logit(np.clip(probabilities, TINY, 1 - TINY)))


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
    true, shares = _checked(labels, probabilities)
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
