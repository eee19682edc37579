"""Learned positions, added to a sequence of tokens."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="ecgzoo")
class LearnedPositions(keras.layers.Layer):
    """Adds one learned vector per position (Vaswani et al. 2017, section 3.5, learned variant).

    Input shape:
        ``[batch, tokens, channels]``.

    Output shape:
        The same.

    Example:
        >>> import numpy as np
        >>> tuple(LearnedPositions()(np.zeros((2, 5, 8))).shape)
        (2, 5, 8)
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.table = self.add_weight(
            shape=tuple(input_shape[1:]), initializer="random_normal", name="table"
        )

    def call(self, tokens: Any) -> Any:
        return tokens + self.table

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)
