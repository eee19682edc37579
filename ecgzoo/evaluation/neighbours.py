"""Nearest neighbours: the real records that synthetic ones resemble most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.frechet import check_set

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The real records nearest to each synthetic one.

    Attributes:
        indices: int ``[synthetic, neighbours]``, rows of the real records, nearest first.
        distances: ``[synthetic, neighbours]``, Euclidean, in the embedding's units.
    """

    indices: np.ndarray
    distances: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return {"indices": self.indices.tolist(), "distances": self.distances.tolist()}

    def to_frame(self) -> pd.DataFrame:
        """A row per synthetic record and neighbour."""
        import pandas as pd

        rows, places = np.divmod(np.arange(self.indices.size), self.indices.shape[1])
        found = {"real": self.indices.ravel(), "distance": self.distances.ravel()}
        return pd.DataFrame({"synthetic": rows, "place": places + 1, **found})


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

    new, old = check_set(synthetic, "synthetic", least=1), check_set(real, "real", least=1)
    if new.shape[1] != old.shape[1]:
        raise ValueError(f"expected one width; got {new.shape[1]} and {old.shape[1]}")
    if not 1 <= neighbours <= len(old):
        raise ValueError(
            f"expected from 1 to {len(old)} neighbours, as real records; got {neighbours}"
        )
    distances, indices = NearestNeighbors(n_neighbors=neighbours).fit(old).kneighbors(new)
    return Neighbours(indices, distances)
