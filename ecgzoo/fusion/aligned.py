"""aligned: the domains' embeddings as rows of one tensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import layers, ops

from ecgzoo.encoders.features import Features


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
