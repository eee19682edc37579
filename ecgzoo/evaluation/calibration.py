"""Calibration: whether a classifier is right as often as it says.

Source: Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks, ICML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_probabilities

if TYPE_CHECKING:
    import pandas as pd

BINNINGS = ("width", "adaptive")
BINS = 15  # as in the paper


@dataclass(frozen=True, eq=False)
class Calibration:
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

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        columns = {name: getattr(self, name).tolist() for name in _COLUMNS}
        return {"binning": self.binning, **columns, "error": self.error}

    def to_frame(self) -> pd.DataFrame:
        """The calibration curve: a row per bin."""
        import pandas as pd

        return pd.DataFrame({name: getattr(self, name) for name in _COLUMNS})


_COLUMNS = ("confidence", "accuracy", "count")


def calibration(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS, binning: str = "width"
) -> Calibration:
    """The calibration curve of the predicted class, and its expected calibration error.

    The error depends on the bins, and is biased upwards: of a perfectly calibrated classifier it is
    not zero, the less so the fewer records a bin holds. Compare errors of one binning and one
    number of records only.

    Args:
        labels: class indices, int ``[n]``.
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
    true, shares = checked(labels, probabilities)
    if bins < 1:
        raise ValueError(f"expected at least 1 bin; got {bins}. 15 are usual.")
    if binning not in BINNINGS:
        raise ValueError(f"expected binning {' or '.join(map(repr, BINNINGS))}; got {binning!r}")
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == true
    place = _equal_width(sure, bins) if binning == "width" else _equal_number(sure, bins)
    count = np.bincount(place, minlength=bins)
    held = count > 0
    confidence = np.bincount(place, sure, bins)[held] / count[held]
    accuracy = np.bincount(place, right, bins)[held] / count[held]
    error = float(np.average(np.abs(confidence - accuracy), weights=count[held]))
    return Calibration(binning, confidence, accuracy, count[held], error)


def checked(labels: ArrayLike, probabilities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities that fit each other.

    Raises:
        ValueError: if they do not.
    """
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
