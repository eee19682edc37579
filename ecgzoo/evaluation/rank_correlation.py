"""Rank correlation of maps: whether they put the same places first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def rank_correlation(maps: ArrayLike, others: ArrayLike) -> np.ndarray:
    """Spearman's rank correlation of each record's two maps, over all their places.

    Args:
        maps: ``[n, ...]``.
        others: the same shape.

    Returns:
        float64 ``[n]``, from -1 to 1; 0 where a map is constant, which puts nothing first.

    Raises:
        ValueError: if the shapes differ, or a map has fewer than two places.

    Example:
        >>> rank_correlation([[1, 2, 30], [1, 1, 1]], [[1, 2, 3], [1, 2, 3]]).tolist()
        [1.0, 0.0]
    """
    from scipy.stats import rankdata  # scipy.stats takes a moment to import

    pair = [np.asarray(one, np.float64) for one in (maps, others)]
    if pair[0].shape != pair[1].shape or pair[0].ndim < 2 or pair[0][0].size < 2:
        raise ValueError(
            f"expected maps [n, ...] of one shape; got {[list(one.shape) for one in pair]}"
        )
    ranks = [rankdata(one.reshape(len(one), -1), axis=1) for one in pair]
    first, second = (one - one.mean(axis=1, keepdims=True) for one in ranks)
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    products = (first * second).sum(axis=1)
    return np.divide(products, spread, out=np.zeros(len(products)), where=spread > 0)
