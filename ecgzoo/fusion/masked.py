"""Masked: zero where a record lacks the domain."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ecgzoo")
class Masked(keras.layers.Layer):
    """Keeps a tensor's rows where the domain is present, and makes zeros of the others.

    What an absent domain holds does not matter, be it NaN.

    Input shape:
        A list: ``[batch, ...]`` and ``present``, ``[batch, 1]`` of ones and zeros.

    Output shape:
        That of the first.

    Example:
        >>> import numpy as np
        >>> rows, present = np.array([[1.0, 2.0], [np.nan, 4.0]]), np.array([[1.0], [0.0]])
        >>> np.asarray(Masked()([rows, present])).tolist()
        [[1.0, 2.0], [0.0, 0.0]]
    """

    def call(self, inputs: tuple[Any, Any]) -> Any:
        tensor, present = inputs
        rows = ops.reshape(present, (-1,) + (1,) * (len(tensor.shape) - 1))
        return ops.where(rows > 0.5, tensor, ops.zeros_like(tensor))

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return tuple(input_shape[0])
