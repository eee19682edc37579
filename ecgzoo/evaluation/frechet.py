"""Frechet distance between two sets of embeddings, as of two Gaussians.

Source: Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter (2017), GANs Trained by a Two
Time-Scale Update Rule Converge to a Local Nash Equilibrium, NeurIPS, equation 6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

LEAST = 4  # records of each; with fewer there is no covariance to speak of


def frechet_distance(first: ArrayLike, second: ArrayLike) -> float:
    """The squared Frechet distance of the Gaussians with the sets' means and covariances.

    ``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))``, in squared units of the embedding. Covariances
    are the samples' own, unshrunk. With few records the distance is far from zero even between two
    draws of one source, so reduce the embeddings first, and compare with a yardstick of as many
    records: :func:`~ecgzoo.evaluation.synthetic.compare_synthetic` does both.

    Args:
        first: float ``[n, width]``.
        second: float ``[m, width]``.

    Raises:
        ValueError: on other shapes, different widths, NaN, or fewer than 4 records.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 3))
        >>> round(frechet_distance(x, x + [3, 4, 0]), 6)
        25.0
    """
    one, other = check_set(first, "first"), check_set(second, "second")
    if one.shape[1] != other.shape[1]:
        raise ValueError(
            f"expected embeddings of one width; got {one.shape[1]} and {other.shape[1]}. Embed "
            "both with the same model."
        )
    apart = one.mean(axis=0) - other.mean(axis=0)
    halves = [(each - each.mean(axis=0)) / np.sqrt(len(each) - 1) for each in (one, other)]
    spread = sum(float((half**2).sum()) for half in halves)
    # With C1 = A'A and C2 = B'B, tr (C1 C2)^(1/2) is the sum of the singular values of A B': no
    # root of a matrix that may be singular.
    shared = np.linalg.svd(halves[0] @ halves[1].T, compute_uv=False).sum()
    return float(apart @ apart + spread - 2 * shared)


def check_set(embeddings: ArrayLike, name: str, least: int = LEAST) -> np.ndarray:
    """A set of embeddings as float64 ``[n, width]``.

    Raises:
        ValueError: on another shape, NaN, or too few records.

    Example:
        >>> check_set([[1.0], [2.0]], "real")
        Traceback (most recent call last):
        ...
        ValueError: expected at least 4 records of real; got 2
    """
    array = np.asarray(embeddings, np.float64)
    if array.ndim != 2 or array.shape[1] < 1:
        raise ValueError(f"expected {name} [records, width]; got shape {list(array.shape)}")
    if len(array) < least:
        raise ValueError(f"expected at least {least} records of {name}; got {len(array)}")
    if not np.isfinite(array).all():
        row = np.flatnonzero(~np.isfinite(array).all(axis=1))[0]
        raise ValueError(f"expected finite {name}; row {row} holds NaN or infinite values")
    return array
