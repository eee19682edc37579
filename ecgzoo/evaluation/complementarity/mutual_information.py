"""Mutual information between two embeddings, by nearest neighbours."""

from __future__ import annotations

import numpy as np

from ecgzoo.evaluation.complementarity.correlation import COMPONENTS, canonical_variates

NEIGHBOURS = 3  # as scikit-learn's default, and within what its source advises


def mutual_information(
    first: np.ndarray, second: np.ndarray, components: int = COMPONENTS, seed: int = 0
) -> float:
    """Nats that the leading components of one embedding tell about those of the other.

    A nearest-neighbour estimate in ten dimensions needs more records than ECG data sets have. So
    the components are turned into canonical pairs, and scikit-learn's estimates of the pairs are
    added up. For joint Gaussians the sum is the whole, ``-1/2 sum log(1 - rho^2)``; otherwise what
    only several pairs together tell is missed. scikit-learn raises negative estimates to zero, so
    unrelated embeddings get some hundredths of a nat: read it beside its value by chance.

    Source: Kraskov, Stoegbauer and Grassberger (2004), Estimating Mutual Information, Physical
    Review E 69, 066138, as ``sklearn.feature_selection.mutual_info_regression`` computes it.

    Args:
        first: float ``[n, width]``.
        second: float ``[n, another width]``.
        components: leading components of each.
        seed: of the small noise that parts equal values.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> y = x + np.random.default_rng(1).normal(size=(200, 2))
        >>> bool(mutual_information(x, y) > 0.5)  # of Gaussians such as these it is log 2 = 0.69
        True
    """
    from sklearn.feature_selection import mutual_info_regression  # takes a second to import

    pairs = zip(*(one.T for one in canonical_variates(first, second, components)), strict=True)
    settings = {"n_neighbors": NEIGHBOURS, "random_state": seed}
    return float(sum(mutual_info_regression(a[:, None], b, **settings)[0] for a, b in pairs))
