"""product: embeddings multiplied."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import aligned, presence


def product(features: Mapping[str, Features]) -> Any:
    """The product of the embeddings, element by element (arXiv 2404.15022, single-level fusion).

    An absent domain counts as one.

    Returns:
        ``[batch, channels]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((64,))) for name in ("time", "image")}
        >>> product(features).shape
        (None, 64)
    """
    return Product(name="fusion")([aligned(features), presence(features)])


@keras.saving.register_keras_serializable(package="ecgzoo")
class Product(keras.layers.Layer):
    """The product over the domains that are present.

    Input shape:
        A list: ``[batch, domains, channels]`` and the presence ``[batch, domains]``.

    Output shape:
        float32 ``[batch, channels]``.

    Example:
        >>> import numpy as np
        >>> vectors = np.array([[[2.0], [3.0]], [[2.0], [3.0]]])
        >>> np.asarray(Product()([vectors, np.array([[1.0, 1.0], [1.0, 0.0]])])).tolist()
        [[6.0], [2.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, inputs: tuple[Any, Any]) -> Any:
        vectors, present = inputs
        return ops.prod(ops.where(present[..., None] > 0.5, vectors, 1.0), axis=1)

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], input_shape[0][2]
