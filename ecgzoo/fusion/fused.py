"""Fused: what a fusion gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keras import layers, ops

from ecgzoo.features import Features, Tensor


@dataclass(frozen=True)
class Fused:
    """The joined tensor, and the weights that joined it.

    A fusion with nothing to show for weights returns the tensor itself.

    Attributes:
        vector: ``[batch, channels]`` for a classifier; probabilities ``[batch, classes]`` from an
            output fusion; ``[batch, steps, channels]`` for an encoder from an input fusion.
        weights: what can be read out for a batch, by name: attention, gates, shares of domains.
    """

    vector: Tensor
    weights: Mapping[str, Tensor] = field(default_factory=dict)


def as_fused(joined: Fused | Tensor) -> Fused:
    """What a fusion returned, in its full form."""
    return joined if isinstance(joined, Fused) else Fused(joined)


def aligned(features: Mapping[str, Features]) -> Any:
    """``[batch, domains, channels]``: the embeddings, projected linearly where widths differ.

    They are projected to the largest width, without bias: zero stays zero.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> aligned(features).shape
        (None, 2, 8)
    """
    vectors = {domain: one.vector for domain, one in features.items()}
    widths = {vector.shape[-1] for vector in vectors.values()}
    if len(widths) > 1:
        vectors = {
            domain: layers.Dense(max(widths), use_bias=False, name=f"{domain}_aligned")(vector)
            for domain, vector in vectors.items()
        }
    return ops.stack(list(vectors.values()), axis=1)
