"""Synthetic samples beside real ones: their Frechet distance, with its yardstick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import check_labels, check_lengths
from ecgzoo.evaluation.frechet import LEAST, check_set, frechet_distance

if TYPE_CHECKING:
    import pandas as pd

COMPONENTS = 5
CONSTANT = 1e-9


@dataclass(frozen=True)
class SyntheticClass:
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

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class SyntheticSamples:
    """The synthetic samples of every class that has some.

    Attributes:
        classes: those with enough records to compare.
        left_out: why, by class, the others are not compared.
    """

    classes: tuple[SyntheticClass, ...]
    left_out: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return {"classes": [one.to_dict() for one in self.classes], "left_out": self.left_out}

    def to_frame(self) -> pd.DataFrame:
        """A row per class that was compared."""
        import pandas as pd

        return pd.DataFrame([one.to_dict() for one in self.classes])


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
    checked = check_set(embeddings, "embeddings")
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
