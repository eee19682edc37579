"""Splits that keep copies and patients together, the published one, and one that leaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from tf_data.remembered import remembered
from tf_data.strata import check_groups, checked, strata

VALIDATION_FOLDS = 8  # validation is one eighth of what the test part leaves
TOO_FEW = (
    "too few groups for a test, a validation and a training part with every class in training. "
    "Use more records, other folds, or merge or leave out the rare classes."
)


@dataclass(frozen=True, eq=False)
class Split:
    """Row indices of one fold's three parts; disjoint, sorted, and complete together.

    Attributes:
        train: int64 indices to fit on.
        validation: int64 indices for early stopping and for whatever else is chosen.
        test: int64 indices that nothing is fitted or chosen on.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def grouped(
    labels: ArrayLike,
    groups: ArrayLike,
    hashes: ArrayLike,
    folds: int = 5,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> list[Split]:
    """Stratified folds in which no group and no content hash stands in two parts of a split.

    Rows that share a group or a hash, directly or through other rows, stay together.

    Args:
        labels: class indices, int ``[n]``; or, of several classes at once, zeros and ones
            ``[n, classes]``: see :func:`~tf_data.strata.strata`; or the numbers of a regression,
            float ``[n]``: see :func:`~tf_data.strata.bins_of`.
        groups: patient or printed ID of each row, ``[n]``.
        hashes: content hash of each row, ``[n]``; copies share it.
        folds: number of folds, at least 2.
        seed: seed of the shuffling.
        names: class names in label order, for messages.

    Returns:
        One :class:`Split` per fold; every row is in the test part of exactly one.

    Raises:
        ValueError: if the arrays do not match, or a class has fewer groups than there are folds.

    Example:
        >>> labels = [0, 1] * 12
        >>> ids = np.arange(24) // 2  # rows 0 and 1 are one patient, and so on
        >>> split = grouped(labels, ids, hashes=np.arange(24), folds=3)[0]
        >>> leaks(split, ids, np.arange(24))
        0
    """
    members, clusters = checked(labels, folds, groups, hashes)
    check_groups(members, clusters, folds, names)
    return list(_grouped(members, clusters, folds, seed))


@remembered  # it takes long of thousands of patients, and the run of each fold asks
def _grouped(members: np.ndarray, clusters: np.ndarray, folds: int, seed: int) -> list[Split]:
    tests = _test_parts(members, clusters, folds, seed)
    return [_with_validation(members, clusters, test, seed) for test in tests]


def in_two(
    labels: ArrayLike,
    groups: ArrayLike,
    hashes: ArrayLike,
    folds: int = 5,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> Split:
    """The first fold of :func:`grouped`, whose validation part is trained on as well.

    Takes and raises what :func:`grouped` does, in a fraction of its time.

    Example:
        >>> labels, ids = [0, 1] * 12, np.arange(24)
        >>> split = in_two(labels, ids, ids, folds=3)
        >>> len(split.train), len(split.validation)
        (16, 0)
        >>> bool((split.test == grouped(labels, ids, ids, folds=3)[0].test).all())
        True
    """
    members, clusters = checked(labels, folds, groups, hashes)
    check_groups(members, clusters, folds, names)
    test = _test_parts(members, clusters, folds, seed)[0]
    train = np.setdiff1d(np.arange(len(members)), test)
    if members.ndim == 1 and set(members[train]) != set(members):
        raise ValueError(TOO_FEW)
    return Split(train, train[:0], np.sort(test))


def paper(
    labels: ArrayLike, folds: int = 5, seed: int = 0, names: Sequence[str] | None = None
) -> list[Split]:
    """Stratified folds at random over the rows. Where rows are copies of each other, this leaks.

    It is there to compare with published figures, which seem to be made this way, and for nothing
    else; :func:`leaks` counts what crosses.

    Args:
        labels: class indices, int ``[n]``.
        folds: number of folds, at least 2.
        seed: seed of the shuffling.
        names: class names in label order, for messages.

    Returns:
        One :class:`Split` per fold; every row is in the test part of exactly one.

    Raises:
        ValueError: if a class has fewer rows than there are folds.

    Example:
        >>> split = paper([0, 1] * 20, folds=5)[0]
        >>> len(split.train), len(split.validation), len(split.test)
        (28, 4, 8)
    """
    members, rows = checked(labels, folds)
    check_groups(members, rows, folds, names, noun="rows")
    return list(_paper(members, rows, folds, seed))


@remembered
def _paper(members: np.ndarray, rows: np.ndarray, folds: int, seed: int) -> list[Split]:
    classes = strata(members, rows, folds)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    tests = [test for _, test in splitter.split(classes, classes)]
    return [_with_validation(members, rows, test, seed) for test in tests]


def without_test(labels: ArrayLike, groups: ArrayLike, hashes: ArrayLike, seed: int = 0) -> Split:
    """One split with an empty test part, for a fit on all there is: only validation is held out.

    Args:
        labels: class indices, int ``[n]``.
        groups: patient or printed ID of each row, ``[n]``.
        hashes: content hash of each row, ``[n]``; copies share it.
        seed: seed of the shuffling.

    Raises:
        ValueError: if the arrays do not match, or there are too few groups.

    Example:
        >>> split = without_test([0, 1] * 20, groups=np.arange(40), hashes=np.arange(40))
        >>> len(split.train), len(split.validation), len(split.test)
        (35, 5, 0)
    """
    members, clusters = checked(labels, 2, groups, hashes)
    return _with_validation(members, clusters, np.array([], np.int64), seed)


def official(
    parts: ArrayLike, labels: ArrayLike, groups: ArrayLike, hashes: ArrayLike, seed: int = 0
) -> Split:
    """The published split: its test part, its validation part, and what it trains on.

    Where no validation part is published, an eighth of the training part is held out, by group.
    Rows of no part are left out.

    Args:
        parts: ``"train"``, ``"validation"``, ``"test"`` or ``""`` of each row, ``[n]``.
        labels: as of :func:`grouped`.
        groups: patient of each row, ``[n]``.
        hashes: content hash of each row, ``[n]``.
        seed: of the shuffling, where validation is cut out of training.

    Raises:
        ValueError: if there is nothing to train on or nothing to test.

    Example:
        >>> parts = ["train"] * 20 + ["test"] * 4
        >>> split = official(parts, [0, 1] * 12, groups=np.arange(24), hashes=np.arange(24))
        >>> len(split.train), len(split.validation), split.test.tolist()
        (17, 3, [20, 21, 22, 23])
    """
    named = np.asarray(parts)
    train, validation, test = (
        np.flatnonzero(named == one) for one in ("train", "validation", "test")
    )
    if not (len(train) and len(test)):
        raise ValueError(
            f"the published split needs a training and a test part; here {len(train)} rows are of "
            f"the one and {len(test)} of the other. Take the grouped protocol."
        )
    if len(validation):
        return Split(train, validation, test)
    ours, patients, contents = (np.asarray(one)[train] for one in (labels, groups, hashes))
    inner = without_test(ours, patients, contents, seed)
    return Split(train[inner.train], train[inner.validation], test)


def without_validation(split: Split) -> Split:
    """The split whose validation part is trained on as well.

    Example:
        >>> split = without_validation(Split(np.array([2, 4]), np.array([3]), np.array([0, 1])))
        >>> split.train.tolist(), len(split.validation)
        ([2, 3, 4], 0)
    """
    train = np.sort(np.concatenate([split.train, split.validation]))
    return Split(train, split.validation[:0], split.test)


def leaks(split: Split, groups: ArrayLike, hashes: ArrayLike) -> int:
    """Counts the held-out rows whose group or content stands in an earlier part of the split.

    These are the test rows that train or validation has seen, and the validation rows that train
    has seen.

    Example:
        >>> split = Split(np.array([0]), np.array([1]), np.array([2]))
        >>> leaks(split, groups=["a", "b", "c"], hashes=["x", "y", "x"])
        1
    """
    seen = np.concatenate([split.train, split.validation])
    crossing = 0
    for held_out, earlier in ((split.test, seen), (split.validation, split.train)):
        shared = [
            np.isin(keys[held_out], keys[earlier]) for keys in map(np.asarray, (groups, hashes))
        ]
        crossing += int(np.logical_or(*shared).sum())
    return crossing


def _test_parts(
    members: np.ndarray, clusters: np.ndarray, folds: int, seed: int
) -> list[np.ndarray]:
    """The rows of each grouped fold's test part."""
    classes = strata(members, clusters, folds)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    tests = [test for _, test in splitter.split(classes, classes, clusters)]
    if not all(map(len, tests)):
        raise ValueError(TOO_FEW)
    return tests


def _with_validation(
    labels: np.ndarray, clusters: np.ndarray, test: np.ndarray, seed: int
) -> Split:
    """Cuts a stratified validation part, by cluster, out of what the test part leaves."""
    rest = np.setdiff1d(np.arange(len(labels)), test)
    ours, kept = labels[rest], clusters[rest]
    parts = min(VALIDATION_FOLDS, len(np.unique(kept)))
    if labels.ndim == 1:
        parts = min(parts, *np.unique(ours, return_counts=True)[1])
    if parts < 2:
        raise ValueError(TOO_FEW)
    splitter = StratifiedGroupKFold(int(parts), shuffle=True, random_state=seed)
    train, validation = next(splitter.split(rest, strata(ours, kept, int(parts)), kept))
    lacking = labels.ndim == 1 and set(ours[train]) != set(labels)
    if len(validation) == 0 or lacking:
        raise ValueError(TOO_FEW)
    return Split(rest[train], rest[validation], np.sort(test))
