"""Agreement: how far a converted model's answers are from Keras'."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Records:
    """Records to compare answers on.

    Attributes:
        signals: float32 ``[n, samples, leads]``.
        labels: what they are: int ``[n]``, or zeros and ones ``[n, classes]`` where classes may
            hold together; None if unknown.
    """

    signals: np.ndarray
    labels: np.ndarray | None = None


@dataclass(frozen=True)
class Agreement:
    """How two models' answers to the same records differ.

    Attributes:
        records: how many.
        difference: the largest, of a probability.
        changed: how many records are labelled otherwise.
        accuracy: the shares of records labelled rightly, before and after; None without labels.
    """

    records: int
    difference: float
    changed: int
    accuracy: tuple[float, float] | None = None


def agreement(
    before: np.ndarray,
    after: np.ndarray,
    labels: np.ndarray | None = None,
    thresholds: np.ndarray | None = None,
) -> Agreement:
    """Compares probabilities ``[n, classes]`` of the same records.

    Args:
        before: by Keras.
        after: by the converted model.
        labels: as in :class:`Records`.
        thresholds: of several classes at once, the probability from which on each is called,
            ``[classes]``; a record is then right where all classes are. None where a record has one
            class, the most probable.

    Example:
        >>> before, after = np.array([[0.6, 0.4], [0.1, 0.9]]), np.array([[0.4, 0.6], [0.1, 0.9]])
        >>> agreement(before, after, labels=np.array([1, 1]))
        Agreement(records=2, difference=0.2, changed=1, accuracy=(0.5, 1.0))
    """
    first, second = (
        answer.argmax(axis=1) if thresholds is None else answer >= thresholds
        for answer in (before, after)
    )
    return Agreement(
        len(before),
        float(np.abs(before - after).max().round(9)),
        int((~_same(first, second)).sum()),
        None
        if labels is None
        else (float(_same(first, labels).mean()), float(_same(second, labels).mean())),
    )


def _same(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether each record is decided alike, bool ``[n]``."""
    same = first == second
    return same if same.ndim == 1 else same.all(axis=1)
