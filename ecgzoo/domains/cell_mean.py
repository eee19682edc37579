"""The mean of a scalogram's power over a cell, from a few instants."""

from __future__ import annotations

import math

import numpy as np

# Gauss-Legendre nodes this many scales apart, and a few more, keep the error below 1e-3.
SPACING = 0.62


def cell_mean(cell: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Instants of a cell and their weights, such that the weighted power is the mean power.

    Power of scale ``s`` has no detail finer than ``1 / 2.04 s``, so Gauss-Legendre quadrature gets
    its mean from few instants.

    Args:
        cell: width of a cell, in samples.
        scale: the smallest scale, in samples.

    Returns:
        Nodes from -1/2 to 1/2, in cells, and weights that sum to 1.

    Example:
        >>> nodes, weights = cell_mean(cell=16, scale=4)
        >>> nodes.size, float(weights @ nodes**2 - 1 / 12) < 1e-12
        (8, True)
    """
    ratio = cell / scale
    count = 1 if ratio < 0.08 else max(2, math.ceil(ratio / SPACING + 1.5))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes / 2, weights / 2
