"""Labels as users give them, as indices or as zeros and ones."""

from typing import Any

import numpy as np

from ecgzoo.artifact.answers import SEPARATOR, members_of
from ecgzoo.evaluation.arrays import check_labels
from tf_data import SignalDataset
from tf_data.labelled_records import LabelledRecords


def several_at_once(signals: Any, labels: Any) -> bool:
    """Whether labels are of several classes at once: a row of zeros and ones, or a list of names.

    Example:
        >>> several_at_once(None, [[1, 1, 0]]), several_at_once(None, [["AF"], []])
        (True, True)
        >>> several_at_once(None, ["AF", "N"])
        False
    """
    if isinstance(signals, SignalDataset):
        return signals.multi_label
    if isinstance(signals, LabelledRecords):
        labels = signals.labels
    if isinstance(labels, np.ndarray):
        return labels.ndim == 2
    return any(isinstance(one, list | tuple | set | np.ndarray) for one in labels or ())


def _zeros_and_ones(labels: Any, classes: tuple[str, ...]) -> np.ndarray:
    """``[n, classes]`` of that, or of a list of names for each."""
    rows = list(labels)
    if any(isinstance(name, str) for row in rows for name in row):
        return members_of([SEPARATOR.join(row) for row in rows], classes).astype(np.int64)
    given = np.array(rows)
    if given.shape[1:] != (len(classes),) or not np.isin(given, (0, 1)).all():
        raise ValueError(
            f"expected zeros and ones [{len(rows)}, {len(classes)}], a column for each of the "
            f"classes {', '.join(classes)}; got {given.dtype} {list(given.shape)}"
        )
    return given.astype(np.int64)


def indices_of(labels: Any, signals: int, classes: tuple[str, ...]) -> np.ndarray:
    """Labels as a ``SignalDataset`` has them: int ``[n]``, or zeros and ones ``[n, classes]``.

    Args:
        labels: class indices or names, one per signal; or, of several classes at once, zeros and
            ones ``[n, classes]``, or a list of names for each.
        signals: how many there are.
        classes: class names in label order.

    Raises:
        ValueError: if labels are not one per signal, lie outside the classes, or are of one class.

    Example:
        >>> indices_of(["AF", "N"], 2, ("N", "AF")).tolist()
        [1, 0]
        >>> indices_of([["AF", "MI"], []], 2, ("N", "AF", "MI")).tolist()
        [[0, 1, 1], [0, 0, 0]]
    """
    if labels is None:
        raise ValueError("expected labels, one class index or name per signal; got None")
    if several_at_once(None, labels):
        given = _zeros_and_ones(labels, classes)
    else:
        given = np.asarray(labels)
    if len(given) != signals:
        raise ValueError(f"expected {signals} labels, one per signal; got {len(given)}")
    if given.ndim == 2:
        return given
    if given.dtype.kind == "O" and all(isinstance(one, str) for one in given.tolist()):
        given = given.astype(str)  # as pandas keeps text
    if given.dtype.kind in "US":
        if foreign := sorted(set(given.tolist()) - set(classes)):
            raise ValueError(
                f"labels {', '.join(map(str, foreign))} are not among the classes "
                f"{', '.join(classes)}. Name yours with classes= (--classes) for a new head."
            )
        given = np.array([classes.index(one) for one in given.tolist()], np.int64)
    indices = check_labels(given, len(classes))
    check_classes(indices, classes)
    return indices


def check_classes(labels: np.ndarray, classes: tuple[str, ...]) -> None:
    """Checks that one class per record leaves something to tell apart.

    Raises:
        ValueError: if there are fewer labels than classes, or all are of one class.
    """
    if labels.ndim == 2:  # a class of too few records is named when they are split
        return
    if len(labels) < len(classes):
        raise ValueError(
            f"expected at least a signal per class; got {len(labels)} for {len(classes)} classes"
        )
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"expected signals of two classes or more; all {len(labels)} are of "
            f"{classes[int(labels[0])]}: there is nothing to tell apart"
        )
