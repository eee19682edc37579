"""Checks of embeddings, and their leading principal components."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh

LEAST = 20  # records: with fewer, halves of them hold too few for their components
CONSTANT = 1e-9  # a column that varies by less than this share of its size is rounding


def check_embeddings(embeddings: ArrayLike, name: str = "embeddings") -> np.ndarray:
    """Embeddings as float64 ``[n, width]``.

    Args:
        embeddings: a row per record.
        name: what the message calls them.

    Raises:
        ValueError: on another number of axes, fewer than 20 records, NaN, or rows that are all
            alike.

    Example:
        >>> check_embeddings(np.ones((30, 4)), "time")
        Traceback (most recent call last):
        ...
        ValueError: the embeddings of time are constant: every record has the same. Nothing can \
be related to that; look for an encoder that died or was not given its signals.
    """
    array = np.asarray(embeddings, np.float64)
    if array.ndim != 2 or array.shape[1] < 1:
        raise ValueError(f"expected {name} [records, width]; got shape {list(array.shape)}")
    if len(array) < LEAST:
        raise ValueError(f"expected at least {LEAST} records of {name}; got {len(array)}")
    unfit = ~np.isfinite(array).all(axis=1)
    if unfit.any():
        raise ValueError(
            f"expected finite {name}; row {np.flatnonzero(unfit)[0]} ({unfit.sum()} rows in all) "
            "holds NaN or infinite values. Look for NaN in the signals or the weights."
        )
    if not varying(array).any():
        raise ValueError(
            f"the embeddings of {name} are constant: every record has the same. Nothing can be "
            "related to that; look for an encoder that died or was not given its signals."
        )
    return array


def varying(array: np.ndarray) -> np.ndarray:
    """Which columns differ between rows by more than rounding: bool ``[width]``."""
    return np.asarray(array.std(axis=0) > CONSTANT * np.abs(array).max(axis=0, initial=0.0))


def leading_components(embeddings: np.ndarray, count: int) -> np.ndarray:
    """The scores of the leading principal components, of variance 1: ``[n, <= count]``.

    Columns are standardised first, since a pooled domain's have no common unit. A component's sign
    is free; here it is the one with which it grows where the columns do on average. There are fewer
    than asked for where the columns or the records span no more.

    Args:
        embeddings: as :func:`check_embeddings` gives them.
        count: most components.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 3)) * [1, 10, 100]
        >>> scores = leading_components(np.hstack([x, x]), count=5)
        >>> scores.shape, np.allclose(np.cov(scores.T, ddof=0), np.eye(3))
        ((50, 3), True)
    """
    kept = embeddings[:, varying(embeddings)]
    scaled = (kept - kept.mean(axis=0)) / kept.std(axis=0)
    n, width = scaled.shape
    narrow = width <= n  # raw domains have more columns than there are records
    products = scaled.T @ scaled if narrow else scaled @ scaled.T
    size = len(products)
    strengths, vectors = eigh(products, subset_by_index=(max(0, size - count), size - 1))
    found = np.flatnonzero(strengths > strengths[-1] * CONSTANT)[::-1]
    left = vectors[:, found]
    if narrow:
        left = scaled @ left / np.sqrt(strengths[found])
    signs = np.where((left.T @ scaled).sum(axis=1) < 0, -1.0, 1.0)
    return np.asarray(left * signs * np.sqrt(n))


BLOCKS = 8


def pooled(domain: ArrayLike, blocks: int = BLOCKS) -> np.ndarray:
    """The mean and the standard deviation of each channel in blocks of a domain.

    Nothing is learnt, and nothing of the shape within a block is kept but how much it varies.

    Args:
        domain: float ``[n, positions, channels]``, as a signal or spectrum, or ``[n, rows, columns,
            channels]``, as a scalogram.
        blocks: into which each axis of positions is cut; fewer where it is shorter.

    Returns:
        float64 ``[n, 2 * blocks * channels]``, or ``[n, 2 * blocks^2 * channels]`` for images.

    Raises:
        ValueError: on another number of axes.

    Example:
        >>> pooled(np.arange(6.0).reshape(1, 6, 1), blocks=2)  # 0 1 2 and 3 4 5
        array([[1.        , 4.        , 0.81649658, 0.81649658]])
        >>> pooled(np.zeros((5, 48, 64, 12))).shape
        (5, 1536)
    """
    parts = [np.asarray(domain, np.float64)]
    if parts[0].ndim not in (3, 4):
        raise ValueError(
            "expected a domain [n, positions, channels] or [n, rows, columns, channels]; got shape "
            f"{list(parts[0].shape)}"
        )
    axes = tuple(range(1, parts[0].ndim - 1))
    for axis in axes:
        count = min(blocks, parts[0].shape[axis])
        parts = [cut for part in parts for cut in np.array_split(part, count, axis)]
    figures = [part.mean(axis=axes) for part in parts] + [part.std(axis=axes) for part in parts]
    return np.concatenate(figures, axis=1)
