"""The records that one classifier gets right and another wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_probabilities
from ecgzoo.evaluation.results import Told

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Corrected(Told):
    """What changes from one classifier to another, on the same records.

    Attributes:
        rows: int ``[cases]``: records that the first gets wrong and the second right, those first
            whose true class gains most probability.
        labels: int ``[cases]``, their true class.
        before: int ``[cases]``, what the first called them.
        gain: float ``[cases]``, by how much the true class's probability rises.
        broken: how many it is the other way round for: right first, wrong then.
        records: how many there are in all.
    """

    rows: np.ndarray
    labels: np.ndarray
    before: np.ndarray
    gain: np.ndarray
    broken: int
    records: int

    def __str__(self) -> str:
        return f"{len(self.rows)} corrected and {self.broken} broken of {self.records} records"

    def to_frame(self) -> pd.DataFrame:
        """A row per corrected record."""
        import pandas as pd

        return pd.DataFrame({k: getattr(self, k) for k in ("rows", "labels", "before", "gain")})


def corrected(labels: ArrayLike, baseline: ArrayLike, probabilities: ArrayLike) -> Corrected:
    """Finds the records that a baseline gets wrong and another classifier right.

    Such cases are chosen by the outcome: chance alone makes some of them. ``broken`` beside their
    number tells how much of it may be that.

    Args:
        labels: true class indices, int ``[n]``.
        baseline: out-of-fold probabilities of the first, ``[n, classes]``.
        probabilities: those of the second.

    Raises:
        ValueError: on arrays that do not match, NaN, or values that are no probabilities.

    Example:
        >>> found = corrected([0, 1], [[0.4, 0.6], [0.1, 0.9]], [[0.8, 0.2], [0.2, 0.8]])
        >>> print(found, found.rows, found.gain.round(2))
        1 corrected and 0 broken of 2 records [0] [0.4]
    """
    classes = np.shape(baseline)[-1] if np.ndim(baseline) == 2 else 0
    true = check_labels(labels, classes or None)
    first, second = (check_probabilities(p, len(true), classes) for p in (baseline, probabilities))
    right = [p.argmax(axis=1) == true for p in (first, second)]
    rows = np.flatnonzero(~right[0] & right[1])
    gain = second[rows, true[rows]] - first[rows, true[rows]]
    order = np.argsort(-gain, kind="stable")
    rows, gain = rows[order], gain[order]
    broken = int((right[0] & ~right[1]).sum())
    return Corrected(rows, true[rows], first[rows].argmax(axis=1), gain, broken, len(true))
