"""AllPresent: the mask of a record that lacks no domain."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ecgzoo")
class AllPresent(keras.layers.Layer):
    """Ones, as many as there are domains: a core's mask where none is given.

    Input shape:
        A list of tensors, one per domain.

    Output shape:
        float32 ``[batch, domains]``.

    Example:
        >>> import numpy as np
        >>> np.asarray(AllPresent()([np.zeros((1, 9)), np.zeros((1, 4, 4))])).tolist()
        [[1.0, 1.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, domains: list[Any]) -> Any:
        return ops.ones((ops.shape(domains[0])[0], len(domains)), "float32")

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], len(input_shape)
