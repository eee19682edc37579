"""Synthetic samples beside real ones: their Frechet distance, with its yardstick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_lengths
from ecgzoo.evaluation.results import Told, frame

if TYPE_CHECKING:
    import pandas as pd


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
    one, other = _checked_set(first, "first"), _checked_set(second, "second")
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


def _checked_set(embeddings: ArrayLike, name: str, least: int = LEAST) -> np.ndarray:
    array = np.asarray(embeddings, np.float64)
    if array.ndim != 2 or array.shape[1] < 1:
        raise ValueError(f"expected {name} [records, width]; got shape {list(array.shape)}")
    if len(array) < least:
        raise ValueError(f"expected at least {least} records of {name}; got {len(array)}")
    if not np.isfinite(array).all():
        row = np.flatnonzero(~np.isfinite(array).all(axis=1))[0]
        raise ValueError(f"expected finite {name}; row {row} holds NaN or infinite values")
    return array


@dataclass(frozen=True, eq=False)
class Neighbours(Told):
    """The real records nearest to each synthetic one.

    Attributes:
        indices: int ``[synthetic, neighbours]``, rows of the real records, nearest first.
        distances: ``[synthetic, neighbours]``, Euclidean, in the embedding's units.
    """

    indices: np.ndarray
    distances: np.ndarray

    def to_frame(self) -> pd.DataFrame:
        """A row per synthetic record and neighbour."""
        rows, places = np.divmod(np.arange(self.indices.size), self.indices.shape[1])
        found = {"real": self.indices.ravel(), "distance": self.distances.ravel()}
        return frame({"synthetic": rows, "place": places + 1, **found})


def nearest_real(synthetic: ArrayLike, real: ArrayLike, neighbours: int = 3) -> Neighbours:
    """Finds the real records nearest to each synthetic one.

    Args:
        synthetic: float ``[n, width]``: embeddings, or flattened signals.
        real: float ``[m, width]``.
        neighbours: how many of each.

    Raises:
        ValueError: on other shapes, different widths, NaN, or fewer real records than neighbours.

    Example:
        >>> nearest_real([[0.9]], [[0.0], [1.0], [3.0]], neighbours=2).indices
        array([[1, 0]])
    """
    from sklearn.neighbors import NearestNeighbors

    new, old = _checked_set(synthetic, "synthetic", least=1), _checked_set(real, "real", least=1)
    if new.shape[1] != old.shape[1]:
        raise ValueError(f"expected one width; got {new.shape[1]} and {old.shape[1]}")
    if not 1 <= neighbours <= len(old):
        raise ValueError(
            f"expected from 1 to {len(old)} neighbours, as real records; got {neighbours}"
        )
    distances, indices = NearestNeighbors(n_neighbors=neighbours).fit(old).kneighbors(new)
    return Neighbours(indices, distances)


COMPONENTS = 5
CONSTANT = 1e-9


@dataclass(frozen=True)
class SyntheticClass(Told):
    """How far a class' synthetic samples lie from its real ones.

    All sets of a class are of one size, half its real records or as many as there are synthetic
    ones, so that all distances have the bias of that size.

    Attributes:
        name: of the class.
        real: number of real records.
        synthetic: number of synthetic ones.
        size: records in each set that is compared.
        distance: squared Frechet distance of random synthetic and random real sets, the mean.
        low: of these distances, the 2.5% quantile.
        high: the 97.5% quantile.
        yardstick: mean distance of two real sets that share no record.
        yardstick_low: the 2.5% quantile.
        yardstick_high: the 97.5% quantile.
    """

    name: str
    real: int
    synthetic: int
    size: int
    distance: float
    low: float
    high: float
    yardstick: float
    yardstick_low: float
    yardstick_high: float


@dataclass(frozen=True)
class SyntheticSamples(Told):
    """The synthetic samples of every class that has some.

    Attributes:
        classes: those with enough records to compare.
        left_out: why, by class, the others are not compared.
    """

    classes: tuple[SyntheticClass, ...]
    left_out: dict[str, str]

    def to_frame(self) -> pd.DataFrame:
        """A row per class that was compared."""
        return frame([one.to_dict() for one in self.classes])


def compare_synthetic(
    embeddings: ArrayLike,
    labels: ArrayLike,
    synthetic: ArrayLike,
    classes: Sequence[str],
    components: int = COMPONENTS,
    draws: int = 200,
    seed: int = 0,
) -> SyntheticSamples:
    """Compares each class' synthetic samples with its real ones, in a model's embedding.

    The embeddings are reduced to the leading principal components of the real records of all
    classes, in their own units. The yardstick is the distance of one random half of a class' real
    records from the other half. Samples far beyond it are unlike the class. Samples below it are
    no proof: those of ADASYN lie between real records, so they are alike by construction, and a
    copy has no distance at all.

    Args:
        embeddings: float ``[n, width]``, of real and synthetic samples, by one model.
        labels: class indices, int ``[n]``.
        synthetic: bool ``[n]``, true for synthetic samples.
        classes: class names, in label order.
        components: how many leading components.
        draws: random sets of each kind.
        seed: of the draws.

    Raises:
        ValueError: on arrays of different lengths, NaN, constant embeddings, no synthetic samples,
            or no class with enough records.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> real, made = rng.normal(size=(40, 3)), rng.normal(size=(20, 3)) + 2
        >>> found = compare_synthetic(np.r_[real, made], [0] * 60, np.arange(60) >= 40, ["MI"])
        >>> found.classes[0].size, found.classes[0].distance > found.classes[0].yardstick_high
        (20, True)
    """
    checked = _checked_set(embeddings, "embeddings")
    true, made = check_labels(labels, len(classes)), np.asarray(synthetic)
    check_lengths(embeddings=checked, labels=true, synthetic=made)
    if made.dtype != bool or not made.any() or made.all():
        raise ValueError(
            f"expected synthetic as booleans, some true and some false; got {made.sum()} of "
            f"{len(made)} {made.dtype}. Oversampling gives them as `synthetic`."
        )
    scores = _reduced(checked, ~made, components)
    found, left_out, rng = [], {}, np.random.default_rng(seed)
    for label, name in enumerate(classes):
        real, new = (scores[(true == label) & which] for which in (~made, made))
        size = min(len(real) // 2, len(new))
        if size < LEAST:
            left_out[name] = (
                f"{len(real)} real and {len(new)} synthetic records; it takes {2 * LEAST} and "
                f"{LEAST}"
            )
        else:
            found.append(_compared(name, real, new, size, draws, rng))
    if not found:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise ValueError(f"no class has enough records to compare: {reasons}")
    return SyntheticSamples(tuple(found), left_out)


def _reduced(embeddings: np.ndarray, real: np.ndarray, components: int) -> np.ndarray:
    """The leading components of the real records, for all."""
    centred = embeddings - embeddings[real].mean(axis=0)
    if np.ptp(embeddings[real], axis=0).max() <= CONSTANT * np.abs(embeddings).max():
        raise ValueError(
            "the real records' embeddings are constant: every record has the same. Look for an "
            "encoder that died or was not given its signals."
        )
    axes = np.linalg.svd(centred[real], full_matrices=False)[2][:components]
    return np.asarray(centred @ axes.T)


def _compared(
    name: str, real: np.ndarray, new: np.ndarray, size: int, draws: int, rng: np.random.Generator
) -> SyntheticClass:
    distances, yardsticks = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        mixed = rng.permutation(len(real))
        one, other = real[mixed[:size]], real[mixed[size : 2 * size]]
        yardsticks[draw] = frechet_distance(one, other)
        distances[draw] = frechet_distance(one, new[rng.permutation(len(new))[:size]])
    found, own = (
        (float(each.mean()), *np.quantile(each, [0.025, 0.975]).tolist())
        for each in (distances, yardsticks)
    )
    return SyntheticClass(name, len(real), len(new), size, *found, *own)
