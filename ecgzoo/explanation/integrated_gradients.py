"""Integrated gradients: a score's rise from a baseline, shared out among the parts of an input."""

from __future__ import annotations

import numpy as np

from ecgzoo.explanation.gradient import Arrays, Function, gradient

STEPS = 128


def integrated_gradients(
    function: Function,
    inputs: Arrays,
    target: np.ndarray,
    baseline: Arrays,
    steps: int = STEPS,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    r"""Shares out ``f(x) - f(x')`` (Sundararajan et al. 2017, arXiv 1703.01365, equation 1).

    ``(x_i - x'_i)`` times the mean of ``df / dx_i`` on the straight line from the baseline ``x'``
    to ``x``, by Gauss-Legendre quadrature in the root of the way: its points crowd near ``x'``,
    where logarithmic domains change most. With many inputs the line leads through all at once.

    Args:
        function: from named inputs to a score per class.
        inputs: ``[n, ...]`` each.
        target: int ``[n]``, the class of each row.
        baseline: ``[1, ...]`` or ``[n, ...]`` each: what stands for nothing.
        steps: points on the line.

    Returns:
        By input, signed, of its shape; and ``f(x) - f(x')``, ``[n]``. Over all inputs a row's
        shares sum to it (completeness), but for the error of the quadrature.

    Raises:
        ValueError: if there are no steps.

    Example:
        >>> product = lambda inputs: inputs["x"][:, :1] * inputs["x"][:, 1:]
        >>> x, zero = np.array([[3.0, 4.0]], "float32"), np.zeros((1, 2), "float32")
        >>> maps, rise = integrated_gradients(product, {"x": x}, np.array([0]), {"x": zero})
        >>> maps["x"].round(3).tolist(), rise.tolist()
        ([[6.0, 6.0]], [12.0])
    """
    if steps < 1:
        raise ValueError(f"expected at least 1 step; got {steps}. {STEPS} are usual.")
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    roots = (nodes + 1) / 2
    places, shares = (roots**2).astype("float32"), weights * roots
    start = {name: np.broadcast_to(baseline[name], one.shape) for name, one in inputs.items()}
    rows = range(len(target))
    mean = [_mean_slope(function, inputs, target, start, row, places, shares) for row in rows]
    maps = {
        name: np.stack([one[name] for one in mean]) * (inputs[name] - start[name])
        for name in inputs
    }
    ends = [gradient(function, one, target).scores for one in (inputs, start)]
    return maps, ends[0] - ends[1]


def _mean_slope(
    function: Function,
    inputs: Arrays,
    target: np.ndarray,
    start: Arrays,
    row: int,
    places: np.ndarray,
    shares: np.ndarray,
) -> dict[str, np.ndarray]:
    """One row's mean slope on its line, whose points are answered as a batch."""
    line = {}
    for name, one in inputs.items():
        along = places.reshape(-1, *[1] * (one.ndim - 1))
        line[name] = start[name][row] + along * (one[row] - start[name][row])
    slopes = gradient(function, line, np.full(len(places), target[row])).slopes
    return {name: np.tensordot(shares, one, axes=1) for name, one in slopes.items()}
