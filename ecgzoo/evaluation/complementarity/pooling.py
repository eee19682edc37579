"""Pooling of a raw domain, as a plain stand-in for an encoder."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
