"""Labels as users give them, as indices or as zeros and ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import SEPARATOR, members_of
from ecgzoo.evaluation.arrays import check_labels
from tf_data import SignalDataset
from tf_data.given_signals import is_table
from tf_data.labelled_records import LabelledRecords


def check_listed(given: Any, what: str, each: str) -> None:
    """Checks that something is given of each signal, in the order of the signals.

    Args:
        given: a list, an array or a table.
        what: how the argument is called.
        each: what is expected of each signal.

    Raises:
        ValueError: if it is None, one value alone, a dictionary, or can be gone through but once.

    Example:
        >>> check_listed({"a": "AF"}, "labels", "one name per signal")
        Traceback (most recent call last):
        ...
        ValueError: expected labels, one name per signal; got dict. Pass a list or an array
    """
    if given is None:
        raise ValueError(f"expected {what}, {each}; got None")
    ordered = hasattr(given, "__len__") and hasattr(given, "__iter__")
    if not ordered or isinstance(given, str | bytes | Mapping | set):
        raise ValueError(
            f"expected {what}, {each}; got {type(given).__name__}. Pass a list or an array"
        )


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
    if not hasattr(labels, "__len__") or isinstance(labels, str):
        return False  # what it is instead is said where it is read
    if (is_table(labels) or isinstance(labels, np.ndarray)) and labels.ndim == 2:
        return bool(labels.shape[1] > 1)
    return any(isinstance(one, list | tuple | set | np.ndarray) for one in list(labels))


def _zeros_and_ones(labels: Any, classes: tuple[str, ...]) -> np.ndarray:
    """``[n, classes]`` of that, or of a list of names for each."""
    if is_table(labels):
        labels = _columns(labels, classes)
    rows = [(row,) if isinstance(row, str) else row for row in labels]  # one name alone is a list
    for place, row in enumerate(rows):
        if not isinstance(row, list | tuple | set | np.ndarray):
            raise ValueError(
                f"expected a list of names, or zeros and ones, as the labels of signal {place}, as "
                f"of others; got {row!r}"
            )
    if any(isinstance(name, str) for row in rows for name in row):
        cells = [SEPARATOR.join(map(str, row)) for row in rows]
        return members_of(cells, classes).astype(np.int64)
    try:
        given = np.array(rows)
    except ValueError as error:  # rows of unequal lengths
        raise ValueError(
            f"expected zeros and ones for each of the {len(classes)} classes, or lists of names, "
            "as labels; got rows of different lengths"
        ) from error
    if given.shape[1:] != (len(classes),) or not np.isin(given, (0, 1)).all():
        raise ValueError(
            f"expected zeros and ones [{len(rows)}, {len(classes)}], a column for each of the "
            f"classes {', '.join(classes)}; got {given.dtype} {list(given.shape)}"
        )
    return given.astype(np.int64)


def _columns(labels: Any, classes: tuple[str, ...]) -> np.ndarray:
    """A table's columns in the order of the classes; as they stand where they have no names."""
    names = list(labels.columns)
    if not all(isinstance(name, str) for name in names):
        return np.asarray(labels.to_numpy())
    if absent := [one for one in classes if one not in names]:
        raise ValueError(
            f"expected a column for each of the classes {', '.join(classes)} in the labels; "
            f"{', '.join(absent)} missing, they have {', '.join(names)}"
        )
    return np.asarray(labels[list(classes)].to_numpy())


def _single(labels: Any, classes: tuple[str, ...]) -> np.ndarray:
    """One label for each signal, as integers: of a list, an array or a column of pandas."""
    if is_table(labels):
        labels = labels.to_numpy()[:, 0]
    # An array of objects keeps what each one is: pandas' categories, text and gaps among them.
    given = np.empty(len(labels), object)
    given[:] = [one.decode() if isinstance(one, bytes) else one for one in list(labels)]
    numbers = [isinstance(one, int | np.integer) and not isinstance(one, bool) for one in given]
    if all(numbers) and not all(name.isdigit() for name in classes):
        return given.astype(np.int64)
    for row, one in enumerate(given):
        if not (isinstance(one, str) or numbers[row]):
            raise ValueError(
                f"expected the name of a class, or its index as an integer, as the label of "
                f"signal {row}; got {one!s}. Numbers to estimate are task='regression'"
            )
    foreign = sorted({str(one) for one in given} - set(classes))
    if foreign:
        row = next(row for row, one in enumerate(given) if str(one) in foreign)
        raise ValueError(
            f"labels {', '.join(one or repr(one) for one in foreign)} are not among the classes "
            f"{', '.join(classes)}; the first is of signal {row}. Name yours with classes= "
            "(--classes) for a new head."
        )
    return np.array([classes.index(str(one)) for one in given], np.int64)


def indices_of(labels: Any, signals: int, classes: tuple[str, ...]) -> np.ndarray:
    """Labels as a ``SignalDataset`` has them: int ``[n]``, or zeros and ones ``[n, classes]``.

    Args:
        labels: class indices or names, one per signal, in a list, an array or a column of pandas
            (integers are names where all names are numbers, such as 1, 2 and 3); or, of several
            classes at once, zeros and ones ``[n, classes]``, a DataFrame of such with a column per
            class, or a list of names for each.
        signals: how many there are.
        classes: class names in label order.

    Raises:
        ValueError: if labels are not one per signal, or lie outside the classes.

    Example:
        >>> indices_of(["AF", "N"], 2, ("N", "AF")).tolist()
        [1, 0]
        >>> indices_of([["AF", "MI"], []], 2, ("N", "AF", "MI")).tolist()
        [[0, 1, 1], [0, 0, 0]]
    """
    check_listed(labels, "labels", "one class index or name per signal")
    if several_at_once(None, labels):
        given = _zeros_and_ones(labels, classes)
    else:
        given = _single(labels, classes)
    if len(given) != signals:
        raise ValueError(f"expected {signals} labels, one per signal; got {len(given)}")
    if given.ndim == 2:
        return given
    return check_labels(given, len(classes))
