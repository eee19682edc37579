"""Cross-validation splits that keep copies and patients together, and one that does not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

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
    labels: ArrayLike, groups: ArrayLike, hashes: ArrayLike, folds: int = 5, seed: int = 0
) -> list[Split]:
    """Stratified folds in which no group and no content hash stands in two parts of a split.

    Rows that share a group or a hash, directly or through other rows, stay together.

    Args:
        labels: class indices, int ``[n]``.
        groups: patient or printed ID of each row, ``[n]``.
        hashes: content hash of each row, ``[n]``; copies share it.
        folds: number of folds, at least 2.
        seed: seed of the shuffling.

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
    classes, clusters = _checked(labels, folds, groups, hashes)
    _check_groups(classes, clusters, folds)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    tests = [test for _, test in splitter.split(classes, classes, clusters)]
    if not all(map(len, tests)):
        raise ValueError(TOO_FEW)
    return [_with_validation(classes, clusters, test, seed) for test in tests]


def paper(labels: ArrayLike, folds: int = 5, seed: int = 0) -> list[Split]:
    """Stratified folds at random over the rows. Where rows are copies of each other, this leaks.

    It is there to compare with published figures, which seem to be made this way, and for nothing
    else; :func:`leaks` counts what crosses.

    Args:
        labels: class indices, int ``[n]``.
        folds: number of folds, at least 2.
        seed: seed of the shuffling.

    Returns:
        One :class:`Split` per fold; every row is in the test part of exactly one.

    Raises:
        ValueError: if a class has fewer rows than there are folds.

    Example:
        >>> split = paper([0, 1] * 20, folds=5)[0]
        >>> len(split.train), len(split.validation), len(split.test)
        (28, 4, 8)
    """
    classes, rows = _checked(labels, folds)
    _check_groups(classes, rows, folds, noun="rows")
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    tests = [test for _, test in splitter.split(classes, classes)]
    return [_with_validation(classes, rows, test, seed) for test in tests]


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
    classes, clusters = _checked(labels, 2, groups, hashes)
    return _with_validation(classes, clusters, np.array([], np.int64), seed)


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
        shared = [np.isin(keys[held_out], keys[earlier]) for keys in _keys(groups, hashes)]
        crossing += int(np.logical_or(*shared).sum())
    return crossing


@dataclass(frozen=True)
class Protocol:
    """A way to split, with what a reader of its results must know.

    Attributes:
        name: its name on the command line and in every table.
        function: ``(labels, groups, hashes, folds, seed) -> list[Split]``.
        leaky: whether copies or patients may stand in training and test.
        copies: whether it is run over all files, copies included.
        description: one sentence for the tables.
    """

    name: str
    function: Callable[[ArrayLike, ArrayLike, ArrayLike, int, int], list[Split]]
    leaky: bool
    copies: bool
    description: str


PROTOCOLS = {
    "grouped": Protocol(
        "grouped",
        grouped,
        leaky=False,
        copies=False,
        description="No copy of a page and no printed ID stands in two parts of a split.",
    ),
    "paper": Protocol(
        "paper",
        lambda labels, groups, hashes, folds, seed: paper(labels, folds, seed),
        leaky=True,
        copies=True,
        description="Leaky: random over all files, so copies of test pages are trained on.",
    ),
}


def _checked(
    labels: ArrayLike, folds: int, groups: ArrayLike = (), hashes: ArrayLike = ()
) -> tuple[np.ndarray, np.ndarray]:
    """The labels and the cluster of every row (its own number where no keys are given)."""
    classes = np.asarray(labels)
    if classes.ndim != 1 or not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(
            f"expected one integer class index per row; got {classes.dtype} "
            f"{list(classes.shape)}. Multi-label rows need an index per label combination."
        )
    if folds < 2:
        raise ValueError(f"expected at least 2 folds; got {folds}")
    keys = [array for array in _keys(groups, hashes) if array.size]
    if any(len(array) != len(classes) for array in keys):
        lengths = ", ".join(str(len(array)) for array in keys)
        raise ValueError(f"expected {len(classes)} groups and hashes, as labels; got {lengths}")
    return classes, _clusters(*keys) if keys else np.arange(len(classes))


def _keys(groups: ArrayLike, hashes: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(groups), np.asarray(hashes)


def _clusters(*keys: np.ndarray) -> np.ndarray:
    """The connected component of every row, where sharing any key connects: int ``[n]``."""
    rows = np.arange(len(keys[0]))
    edges, nodes = [], len(rows)
    for key in keys:
        names, index = np.unique(key, return_inverse=True)
        edges.append(np.stack([rows, nodes + index]))
        nodes += len(names)
    ends = np.concatenate(edges, axis=1)
    graph = coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1][: len(rows)]


def _check_groups(
    classes: np.ndarray, clusters: np.ndarray, folds: int, noun: str = "groups"
) -> None:
    for label in np.unique(classes):
        found = len(np.unique(clusters[classes == label]))
        if found < folds:
            fewer = f"Use at most {found} folds, or merge" if found > 1 else "Merge"
            raise ValueError(
                f"{folds} folds need at least {folds} {noun} of every class; class {label} has "
                f"{found} (rows that share an ID or content count as one). {fewer} or leave out "
                "the class."
            )


def _with_validation(
    classes: np.ndarray, clusters: np.ndarray, test: np.ndarray, seed: int
) -> Split:
    """Cuts a stratified validation part, by cluster, out of what the test part leaves."""
    rest = np.setdiff1d(np.arange(len(classes)), test)
    sizes = np.unique(classes[rest], return_counts=True)[1]
    parts = min(VALIDATION_FOLDS, len(np.unique(clusters[rest])), *sizes)
    if parts < 2:
        raise ValueError(TOO_FEW)
    splitter = StratifiedGroupKFold(int(parts), shuffle=True, random_state=seed)
    train, validation = next(splitter.split(rest, classes[rest], clusters[rest]))
    if len(validation) == 0 or set(classes[rest[train]]) != set(classes):
        raise ValueError(TOO_FEW)
    return Split(rest[train], rest[validation], np.sort(test))
