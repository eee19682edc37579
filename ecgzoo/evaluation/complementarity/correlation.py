"""Embeddings of two domains: their checks, their leading components and how these correlate."""

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


def linear_cka(first: np.ndarray, second: np.ndarray) -> float:
    """Linear centred kernel alignment, debiased.

    1 where one embedding is the other, turned and scaled; about 0 where they are unrelated, with
    negative values by chance. The plain estimate grows with the width: two unrelated embeddings of
    width 64 have .12 at 491 records. Source: Kornblith and others (2019), Similarity of Neural
    Network Representations Revisited, ICML; the unbiased HSIC is equation 5 of Song and others
    (2012), Feature Selection via Dependence Maximization, JMLR 13.

    Args:
        first: float ``[n, width]``.
        second: float ``[n, another width]``.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x, turn = rng.normal(size=(50, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
        >>> round(linear_cka(x, 7 * x @ turn + 5), 6)
        1.0
    """
    grams = [_hollow_gram(one) for one in (first, second)]
    cross, own, other = (_hsic(grams[i], grams[j]) for i, j in ((0, 1), (0, 0), (1, 1)))
    return float(cross / np.sqrt(own * other))


def _hollow_gram(array: np.ndarray) -> np.ndarray:
    """Inner products of different records; a record with itself counts nothing."""
    centred = array - array.mean(axis=0)
    gram = centred @ centred.T
    np.fill_diagonal(gram, 0.0)
    return gram


def _hsic(first: np.ndarray, second: np.ndarray) -> float:
    """Unbiased Hilbert-Schmidt independence criterion of two hollow Gram matrices."""
    n = len(first)
    sums = first.sum(axis=0), second.sum(axis=0)
    trace = (first * second).sum()
    squares = sums[0].sum() * sums[1].sum() / ((n - 1) * (n - 2))
    return float((trace + squares - 2 / (n - 2) * sums[0] @ sums[1]) / (n * (n - 3)))
