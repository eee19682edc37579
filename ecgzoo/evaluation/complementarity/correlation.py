"""Correlations between two domains' embeddings: pooled, of components, canonical."""

from __future__ import annotations

import numpy as np

from ecgzoo.evaluation.complementarity.embeddings import CONSTANT, leading_components

COMPONENTS = 5


def pooled_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's correlation of each record's mean over the one embedding and over the other.

    This is how we read the correlation of deep features in arXiv 2508.00963, which does not say
    how they were pooled. Its sign depends on the encoders' random weights.

    Raises:
        ValueError: if a mean is the same for every record.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 3))
        >>> round(pooled_correlation(x, 1 - 2 * x), 6)
        -1.0
    """
    pooled = [one.mean(axis=1) for one in (first, second)]
    sizes = [np.abs(one).max() for one in (first, second)]
    if any(one.std() <= CONSTANT * size for one, size in zip(pooled, sizes, strict=True)):
        raise ValueError(
            "the mean over an embedding is the same for every record, so it correlates with "
            "nothing. Standardised embeddings are such; give them as the encoder does."
        )
    return float(np.corrcoef(*pooled)[0, 1])


def component_correlations(
    first: np.ndarray, second: np.ndarray, components: int = COMPONENTS
) -> np.ndarray:
    """Pearson's correlation of each leading component with each of the other's: ``[k1, k2]``.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 2))
        >>> component_correlations(x, x).round(6) + 0.0  # no component with another
        array([[1., 0.],
               [0., 1.]])
    """
    scores = [leading_components(one, components) for one in (first, second)]
    return np.asarray(scores[0].T @ scores[1] / len(first))


def mean_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """The mean over :func:`component_correlations`, signed; the signs are a convention."""
    return float(component_correlations(first, second).mean())


def mean_absolute_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """The mean size of :func:`component_correlations`, without signs.

    Of unrelated domains it is not zero but about ``sqrt(2 / (pi n))``: .036 at 491 records.
    """
    return float(np.abs(component_correlations(first, second)).mean())


def canonical_variates(
    first: np.ndarray, second: np.ndarray, components: int = COMPONENTS
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of directions that correlate most, each uncorrelated with the ones before.

    Canonical correlation of 64 features with 64 others finds relations in noise at some hundred
    records. So it is regularised as in SVCCA: only the leading components are searched. Source:
    Hotelling (1936), Relations Between Two Sets of Variates, Biometrika 28; Raghu and others
    (2017), SVCCA, NeurIPS.

    Returns:
        Two arrays ``[n, k]``, of variance 1; the correlations fall from the first column on.
    """
    scores = [leading_components(one, components) for one in (first, second)]
    left, _, right = np.linalg.svd(scores[0].T @ scores[1] / len(first), full_matrices=False)
    return scores[0] @ left, scores[1] @ right.T


def canonical_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """The mean canonical correlation of the leading components, 0 to 1.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(50, 3))
        >>> round(canonical_correlation(x, x @ [[1, 2, 0], [0, 1, 1], [3, 0, 1]]), 6)
        1.0
    """
    pair = canonical_variates(first, second)
    return float((pair[0] * pair[1]).mean(axis=0).mean())
