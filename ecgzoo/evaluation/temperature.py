"""Temperature scaling: one number that makes a classifier as sure as it is right.

Source: Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks, ICML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from ecgzoo.evaluation.calibration import checked

if TYPE_CHECKING:
    import pandas as pd

COLDEST, HOTTEST = 0.01, 100.0
TINY = 1e-12


@dataclass(frozen=True)
class Temperature:
    """The temperature that a classifier's logits are divided by.

    Attributes:
        value: above 1 for a classifier that is too sure of itself, below 1 for the opposite.
        loss_before: mean log loss, in nats, of the probabilities given.
        loss_after: the same with the temperature, on the records that it was fitted to.
    """

    value: float
    loss_before: float
    loss_after: float

    def apply(self, probabilities: ArrayLike) -> np.ndarray:
        """Probabilities ``[n, classes]`` with the temperature; the predicted classes stay.

        Example:
            >>> Temperature(2.0, 1.0, 0.5).apply([[0.9, 0.1]])
            array([[0.75, 0.25]])
        """
        return np.asarray(softmax(_logits(np.asarray(probabilities, float)) / self.value, axis=-1))

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return dict(vars(self))

    def to_frame(self) -> pd.DataFrame:
        """A table of one row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def fit_temperature(labels: ArrayLike, probabilities: ArrayLike) -> Temperature:
    """The temperature with the lowest log loss on these records.

    Fit it to records that the classifier was not trained on, such as the validation part, and
    apply it to others.

    Args:
        labels: class indices, int ``[n]``.
        probabilities: ``[n, classes]`` of a softmax; their logarithms serve as logits.

    Raises:
        ValueError: on arrays that do not match, NaN, or records of which no temperature is best:
            all are classified right, or no probability differs from another.

    Example:
        >>> sure = [[0.9, 0.1]] * 4  # right three times of four
        >>> found = fit_temperature([0, 0, 0, 1], sure)
        >>> round(found.value, 3), found.apply(sure)[0].round(3).tolist()
        (2.0, [0.75, 0.25])
    """
    true, shares = checked(labels, probabilities)
    logits, rows = _logits(shares), np.arange(len(true))

    def loss(logarithm: float) -> float:
        return -float(log_softmax(logits / np.exp(logarithm), axis=1)[rows, true].mean())

    _check_best_exists(logits, true)
    ends = np.log(COLDEST), np.log(HOTTEST)
    found = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-6})
    return Temperature(float(np.exp(found.x)), loss(0.0), float(found.fun))


def _check_best_exists(logits: np.ndarray, true: np.ndarray) -> None:
    """The loss is convex in 1 / temperature; it has a least value if it falls, then rises.

    Raises:
        ValueError: if it does not.
    """
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
