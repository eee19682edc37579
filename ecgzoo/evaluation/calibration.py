"""Calibration: whether a classifier is right as often as it says; the temperature that mends it.

Source: Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks, ICML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit, softmax

from ecgzoo.evaluation.arrays import check_answers, several_at_once
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
    sure, right = _how_sure(*check_answers(labels, probabilities))
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
    true, shares = check_answers(labels, probabilities)
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
