"""Strata and clusters: what folds have equal shares of, and which rows stay together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tf_data.dataset import is_regression

MOST_BINS = 5  # of the numbers of a regression


def strata(labels: np.ndarray, clusters: np.ndarray, folds: int) -> np.ndarray:
    """The stratum of each row, which folds are to have equal shares of: int ``[n]``.

    Of one class per row that is the class. Of several at once it is the rarest of the row's
    classes that has as many clusters as there are folds, so that rare classes are spread first;
    rows without one are a stratum of their own.

    Args:
        labels: int ``[n]``, or zeros and ones ``[n, classes]``.
        clusters: what stays together, int ``[n]``.
        folds: number of folds.

    Example:
        >>> labels = np.array([[1, 1], [1, 0], [1, 0], [1, 1], [0, 0], [0, 0]])
        >>> strata(labels, np.arange(6), folds=2).tolist()
        [1, 0, 0, 1, 2, 2]
    """
    if labels.ndim == 1:
        return labels
    sizes = np.array([len(np.unique(clusters[column > 0])) for column in labels.T])
    order = np.argsort(-sizes, kind="stable")
    found = np.full(len(labels), len(sizes))
    for label in order[sizes[order] >= folds]:
        found[labels[:, label] > 0] = label
    for label in np.unique(found):  # what came out too small goes with the largest
        if len(np.unique(clusters[found == label])) < folds:
            found[found == label] = np.bincount(found).argmax()
    return found


def bins_of(values: np.ndarray, clusters: np.ndarray, folds: int) -> np.ndarray:
    """The strata of a regression: records whose clusters' means lie near each other, int ``[n]``.

    Args:
        values: what is to be estimated, float ``[n]``.
        clusters: what stays together, int ``[n]``.
        folds: number of folds; each bin has at least twice as many clusters, or all are one bin.

    Example:
        >>> bins_of(np.arange(12.0), np.arange(12), folds=2).tolist()
        [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    """
    _, cluster = np.unique(clusters, return_inverse=True)
    means = np.bincount(cluster, values) / np.bincount(cluster)
    bins = np.clip(len(means) // (2 * folds), 1, MOST_BINS)
    ranks = np.argsort(np.argsort(means, kind="stable"), kind="stable")
    return (ranks * bins // len(means))[cluster]


def checked(
    labels: ArrayLike, folds: int, groups: ArrayLike = (), hashes: ArrayLike = ()
) -> tuple[np.ndarray, np.ndarray]:
    """What folds are made of: the labels and the cluster of every row.

    Args:
        labels: class indices, zeros and ones of several classes, or numbers.
        folds: number of folds.
        groups: patient of each row, or nothing.
        hashes: content hash of each row, or nothing.

    Returns:
        The labels, of a regression :func:`bins_of` them, and :func:`clusters_of` the rows; each
        its own where there are neither groups nor hashes.

    Raises:
        ValueError: if the labels are of no such kind, the arrays do not match, or there are fewer
            than two folds.

    Example:
        >>> [found.tolist() for found in checked([0, 1, 1], 2)]
        [[0, 1, 1], [0, 1, 2]]
    """
    classes = np.asarray(labels)
    if classes.ndim == 1 and classes.size and is_regression(classes):
        clusters = clusters_of(np.asarray(groups), np.asarray(hashes))
        return bins_of(classes, clusters, folds), clusters
    if classes.ndim not in (1, 2) or not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(
            "expected one integer class index per row, or a column of zeros and ones per class; "
            f"got {classes.dtype} {list(classes.shape)}"
        )
    if folds < 2:
        raise ValueError(f"expected at least 2 folds; got {folds}")
    keys = [array for array in map(np.asarray, (groups, hashes)) if array.size]
    if any(len(array) != len(classes) for array in keys):
        lengths = ", ".join(str(len(array)) for array in keys)
        raise ValueError(f"expected {len(classes)} groups and hashes, as labels; got {lengths}")
    return classes, clusters_of(*keys) if keys else np.arange(len(classes))


def clusters_of(*keys: np.ndarray) -> np.ndarray:
    """The connected component of every row, where sharing any key connects: int ``[n]``.

    Example:
        >>> clusters_of(np.array(["a", "a", "b", "c"]), np.array([1, 2, 2, 3])).tolist()
        [0, 0, 0, 1]
    """
    rows = np.arange(len(keys[0]))
    edges, nodes = [], len(rows)
    for key in keys:
        names, index = np.unique(key, return_inverse=True)
        edges.append(np.stack([rows, nodes + index]))
        nodes += len(names)
    ends = np.concatenate(edges, axis=1)
    graph = coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1][: len(rows)]


def check_groups(
    labels: np.ndarray,
    clusters: np.ndarray,
    folds: int,
    names: Sequence[str] | None = None,
    noun: str = "groups",
) -> None:
    """Checks that every class has as many clusters as there are folds.

    Args:
        labels: int ``[n]``, or zeros and ones ``[n, classes]``.
        clusters: what stays together, int ``[n]``.
        folds: number of folds.
        names: of the classes, for the message.
        noun: what the clusters are, for the message.

    Raises:
        ValueError: if a class has fewer; names it.

    Example:
        >>> check_groups(np.array([0, 0, 1]), np.arange(3), 2, names=["AF", "SR"])
        Traceback (most recent call last):
        ...
        ValueError: 2 folds need at least 2 groups of every class; SR has 1 ...
    """
    several = labels.ndim == 2
    for label in range(labels.shape[1]) if several else np.unique(labels):
        members = labels[:, label] > 0 if several else labels == label
        found = len(np.unique(clusters[members]))
        if found < folds:
            fewer = f"Use at most {found} folds, or merge" if found > 1 else "Merge"
            name = f"class {label}" if names is None else names[label]
            raise ValueError(
                f"{folds} folds need at least {folds} {noun} of every class; {name} has "
                f"{found} (rows that share an ID or content count as one). {fewer} or leave out "
                "the class."
            )
