"""Precision, recall and F1 of several labels at once: each class holds or not, is called or not.

A class's confusion matrix is ``[[true negatives, false positives], [false negatives, hits]]``, as
scikit-learn's ``multilabel_confusion_matrix`` has it.
"""

import numpy as np

from ecgzoo.evaluation.metrics import Metric, ratio


def class_confusions(
    members: np.ndarray, called: np.ndarray, index: np.ndarray, groups: int
) -> np.ndarray:
    """A confusion matrix per group and class: float64 ``[groups, classes, 2, 2]``.

    Args:
        members: which classes hold, bool ``[n, classes]``.
        called: which are called, likewise.
        index: group of each record, from 0, int ``[n]``.
        groups: how many there are.

    Example:
        >>> members, called = np.array([[True, False]]), np.array([[True, True]])
        >>> class_confusions(members, called, np.array([0]), groups=1).tolist()
        [[[[0.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]]]]
    """
    classes = members.shape[1]
    cells = (index[:, None] * classes + np.arange(classes)) * 4 + members * 2 + called
    counts = np.bincount(cells.ravel(), minlength=groups * classes * 4)
    return counts.reshape(groups, classes, 2, 2).astype(np.float64)


def precision(confusions: np.ndarray) -> np.ndarray:
    """Hits over calls: ``[..., classes]``, 0 of a class that is never called.

    Example:
        >>> float(precision(np.array([[5, 1], [2, 3]])))
        0.75
    """
    return ratio(confusions[..., 1, 1], confusions[..., :, 1].sum(axis=-1))


def recall(confusions: np.ndarray) -> np.ndarray:
    """Hits over members: ``[..., classes]``, 0 of a class that no record has."""
    return ratio(confusions[..., 1, 1], confusions[..., 1, :].sum(axis=-1))


def f1(confusions: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall: ``[..., classes]``."""
    hits = confusions[..., 1, 1]
    return ratio(2 * hits, 2 * hits + confusions[..., 0, 1] + confusions[..., 1, 0])


def macro(metric: Metric) -> Metric:
    """The unweighted mean of a per-class metric over the classes that hold or are called somewhere.

    Example:
        >>> never, always = [[9, 0], [0, 0]], [[0, 0], [0, 9]]
        >>> float(macro(f1)(np.array([never, always])))
        1.0
    """

    def mean(confusions: np.ndarray) -> np.ndarray:
        occurs = confusions.sum(axis=(-2, -1)) > confusions[..., 0, 0]
        return ratio((metric(confusions) * occurs).sum(axis=-1), occurs.sum(axis=-1))

    return mean


CLASS_METRICS: dict[str, Metric] = {"precision": precision, "recall": recall, "f1": f1}
MACRO_METRICS: dict[str, Metric] = {
    f"macro_{name}": macro(metric) for name, metric in CLASS_METRICS.items()
}


def all_right(members: np.ndarray, called: np.ndarray) -> np.ndarray:
    """Whether a record has every label right: bool ``[n]``.

    Example:
        >>> all_right(np.array([[True, False]]), np.array([[True, True]])).tolist()
        [False]
    """
    return np.asarray((members == called).all(axis=1))
