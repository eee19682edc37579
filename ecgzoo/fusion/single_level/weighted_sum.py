"""weighted_sum: embeddings added up, each by a learned share."""

from collections.abc import Mapping
from typing import Any

import keras

from ecgzoo.features import Features
from ecgzoo.fusion.fused import Fused, aligned, mixed, presence


def weighted_sum(features: Mapping[str, Features]) -> Fused:
    r"""``sum_i w_i v_i`` with learned shares ``w = softmax(a)`` (arXiv 2404.15022).

    Among the domains that a record has, the shares add up to one.

    Returns:
        ``[batch, channels]``, and the weights ``shares`` ``[batch, domains]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((64,))) for name in ("time", "image")}
        >>> fused = weighted_sum(features)
        >>> fused.vector.shape, fused.weights["shares"].shape
        ((None, 64), (None, 2))
    """
    joined, shares = WeightedSum(name="fusion")([aligned(features), presence(features)])
    return Fused(joined, {"shares": shares})


@keras.saving.register_keras_serializable(package="ecgzoo")
class WeightedSum(keras.layers.Layer):
    """A sum over domains by learned shares, which start out equal.

    Input shape:
        A list: ``[batch, domains, channels]`` and the presence ``[batch, domains]``.

    Output shape:
        float32 ``[batch, channels]``, and the shares ``[batch, domains]``.

    Example:
        >>> import numpy as np
        >>> joined, shares = WeightedSum()([np.array([[[1.0], [3.0]]]), np.ones((1, 2))])
        >>> np.asarray(joined).tolist(), np.asarray(shares).tolist()
        ([[2.0]], [[0.5, 0.5]])
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        self.scores = self.add_weight(
            shape=(input_shape[0][1],), initializer="zeros", name="scores"
        )

    def call(self, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        vectors, present = inputs
        return mixed(vectors, self.scores, present)
