"""DomainMean: the mean over the domains that a record has."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ecgzoo.fusion.presence import mixed


@keras.saving.register_keras_serializable(package="ecgzoo")
class DomainMean(keras.layers.Layer):
    """The mean over the domains that are present.

    Input shape:
        A list: ``[batch, domains, ...]`` and the presence ``[batch, domains]``.

    Output shape:
        ``[batch, ...]``, float32.

    Example:
        >>> import numpy as np
        >>> parts = np.array([[[2.0], [4.0]], [[2.0], [4.0]]])
        >>> np.asarray(DomainMean()([parts, np.array([[1.0, 1.0], [0.0, 1.0]])])).tolist()
        [[3.0], [4.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, inputs: tuple[Any, Any]) -> Any:
        parts, present = inputs
        return mixed(parts, ops.zeros_like(present), present)[0]

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], *input_shape[0][2:]
