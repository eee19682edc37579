"""Holm's correction of many p-values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def holm(p_values: ArrayLike) -> np.ndarray:
    """P-values corrected for how many there are, by Holm's step-down method.

    The chance that any true null hypothesis has one below a bound is at most that bound, in
    whatever way the tests depend on each other. Source: Holm (1979), A Simple Sequentially
    Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6(2), 65-70.

    Args:
        p_values: ``[n]``.

    Returns:
        float64 ``[n]``, in the order given.

    Raises:
        ValueError: on another number of axes, or values outside 0 to 1.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"expected p-values [n] from 0 to 1; got {given}")
    order = np.argsort(given, kind="stable")
    stepped = given[order] * np.arange(len(given), 0, -1)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected
