"""Checks of the arrays that come into an evaluation."""

import numpy as np
from numpy.typing import ArrayLike

ROUNDING = 1e-4  # probabilities of a half-precision softmax may leave [0, 1] by this much
SUM_ROUNDING = 0.01  # a row of twenty probabilities with three decimals each may miss 1 by this


def check_labels(labels: ArrayLike, classes: int | None, name: str = "labels") -> np.ndarray:
    """Class indices as int64 ``[n]``.

    Args:
        labels: integers ``[n]`` from 0 to ``classes - 1``.
        classes: number of classes; None if any number from 0 up will do.
        name: what the message calls the array.

    Raises:
        ValueError: if the array is empty, not one-dimensional, not of integers, or holds an index
            outside the classes.

    Example:
        >>> check_labels([0, 2], classes=2)
        Traceback (most recent call last):
        ...
        ValueError: expected labels from 0 to 1; got 2. Give every class a name, in label order.
    """
    array = np.asarray(labels)
    if array.size == 0:
        raise ValueError(f"expected at least one of {name}; got an empty array")
    if array.ndim != 1:
        raise ValueError(
            f"expected {name} [n], one class index per record; got shape {list(array.shape)}. "
            "One-hot rows become indices by argmax(axis=1); this knows nothing of several labels "
            "at once."
        )
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"expected {name} as integer class indices; got {array.dtype}")
    top = np.iinfo(np.int32).max if classes is None else classes - 1
    outside = array[(array < 0) | (array > top)]
    if outside.size:
        raise ValueError(
            f"expected {name} from 0 to {top}; got {outside[0]}. "
            "Give every class a name, in label order."
        )
    return array.astype(np.int64)


def several_at_once(labels: ArrayLike) -> bool:
    """Whether labels say of each class if it holds, ``[n, classes]``, and not which one does.

    Example:
        >>> several_at_once([[0, 1], [1, 1]]), several_at_once([1, 0])
        (True, False)
    """
    return np.ndim(labels) == 2


def check_members(
    labels: ArrayLike, classes: int | None = None, name: str = "labels"
) -> np.ndarray:
    """Which classes hold of each record, as bool ``[n, classes]``.

    Args:
        labels: zeros and ones ``[n, classes]``, of integers, bool or floats.
        classes: number of classes; None if any will do.
        name: what the message calls the array.

    Raises:
        ValueError: if the array is empty, of another shape, or holds anything else.

    Example:
        >>> check_members([[1, 0], [1, 1]]).tolist()
        [[True, False], [True, True]]
        >>> check_members([[1, 2]])
        Traceback (most recent call last):
        ...
        ValueError: expected labels [n, classes] of zeros and ones; got 2
    """
    array = np.asarray(labels)
    if array.size == 0:
        raise ValueError(f"expected at least one of {name}; got an empty array")
    columns = "classes" if classes is None else classes
    if array.ndim != 2 or classes not in (None, array.shape[1]):
        raise ValueError(
            f"expected {name} [n, {columns}] of zeros and ones, a column per class; got shape "
            f"{list(array.shape)}"
        )
    outside = array[(array != 0) & (array != 1)]
    if outside.size:
        raise ValueError(f"expected {name} [n, {columns}] of zeros and ones; got {outside[0]}")
    return array.astype(bool)


def check_probabilities(probabilities: ArrayLike, records: int, classes: int) -> np.ndarray:
    """Probabilities as float64 ``[records, classes]``.

    Raises:
        ValueError: on another shape, NaN, or values outside 0 to 1.

    Example:
        >>> check_probabilities([[0.25, 0.75]], records=1, classes=2)
        array([[0.25, 0.75]])
    """
    array = np.asarray(probabilities, dtype=np.float64)
    if array.shape != (records, classes):
        raise ValueError(
            f"expected probabilities [{records}, {classes}], a row per label and a column per "
            f"class; got shape {list(array.shape)}"
        )
    unfit = ~np.isfinite(array).all(axis=1)
    if unfit.any():
        raise ValueError(
            f"expected finite probabilities; row {np.flatnonzero(unfit)[0]} ({unfit.sum()} rows in "
            "all) holds NaN or infinite values. Look for NaN in the signals or the weights."
        )
    if array.min() < -ROUNDING or array.max() > 1 + ROUNDING:
        raise ValueError(
            f"expected probabilities from 0 to 1; got {array.min():.3g} to {array.max():.3g}. "
            "Logits go through a softmax first."
        )
    return array


def check_distributions(probabilities: np.ndarray) -> np.ndarray:
    """Probabilities of which every row sums to one, as they are.

    Args:
        probabilities: float ``[n, classes]``, checked already one by one.

    Raises:
        ValueError: if a row's sum is not 1, by more than what rounding to three decimals does.

    Example:
        >>> check_distributions(np.array([[0.5, 0.5], [0.0, 0.0]]))
        Traceback (most recent call last):
        ...
        ValueError: expected probabilities that sum to 1; those of row 1 (1 rows in all) sum to 0. \
Independent scores are divided by their sum; rows of zeros are no answers: leave them out.
    """
    sums = probabilities.sum(axis=1)
    unfit = np.flatnonzero(abs(sums - 1) > SUM_ROUNDING)
    if unfit.size:
        raise ValueError(
            f"expected probabilities that sum to 1; those of row {unfit[0]} ({unfit.size} rows in "
            f"all) sum to {sums[unfit[0]]:.4g}. Independent scores are divided by their sum; rows "
            "of zeros are no answers: leave them out."
        )
    return probabilities


def check_lengths(**arrays: ArrayLike) -> None:
    """Checks that the arrays have one row per record each.

    Raises:
        ValueError: if their lengths differ.

    Example:
        >>> check_lengths(labels=[0, 1], groups=["a"])
        Traceback (most recent call last):
        ...
        ValueError: expected arrays of one length; got labels: 2, groups: 1
    """
    lengths = {name: len(np.atleast_1d(np.asarray(array))) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise ValueError(f"expected arrays of one length; got {listed}")


def check_answers(labels: ArrayLike, probabilities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Labels and the probabilities that a classifier gave them.

    Args:
        labels: class indices, int ``[n]``, or of several at once zeros and ones ``[n, classes]``.
        probabilities: ``[n, classes]``.

    Raises:
        ValueError: on arrays that do not match, NaN, or a single column.

    Example:
        >>> [one.tolist() for one in check_answers([1], [[0.25, 0.75]])]
        [[1], [[0.25, 0.75]]]
    """
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
