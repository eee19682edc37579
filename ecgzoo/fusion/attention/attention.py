"""Attention: dot products between tokens, where some of the tokens may be absent."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ecgzoo.fusion.presence import masked_softmax


@keras.saving.register_keras_serializable(package="ecgzoo")
class Attention(keras.layers.Layer):
    r"""Multi-head attention (Vaswani et al. 2017, section 3.2.2), without biases.

    ``softmax(Q K^T / sqrt(d)) V`` among the tokens that are present, the softmax in float32; of
    zeros it makes zeros. Keras' own layer gives NaN, or looks at what is absent, where everything
    is.

    Args:
        width: channels of the queries, of each head's values together, and of what comes out.
        heads: how many; divides ``width``.

    Raises:
        ValueError: if ``heads`` does not divide ``width``.

    Input shape:
        A list: queries ``[batch, queries, channels]``, keys ``[batch, keys, channels]`` and the
        presence of the keys ``[batch, keys]``.

    Output shape:
        ``[batch, queries, width]``, and the weights ``[batch, heads, queries, keys]``, float32,
        which add up to one over the keys.

    Example:
        >>> import numpy as np
        >>> queries, keys = np.ones((1, 2, 8)), np.ones((1, 3, 8))
        >>> tokens, weights = Attention(8, 2)([queries, keys, np.array([[1.0, 0.0, 1.0]])])
        >>> tuple(tokens.shape), np.asarray(weights)[0, 0, 0].tolist()
        ((1, 2, 8), [0.5, 0.0, 0.5])
    """

    def __init__(self, width: int, heads: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if width % heads:
            raise ValueError(f"heads must divide the width of {width}; got {heads}")
        self.width = width
        self.heads = heads

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        queries, keys, _ = (shape[-1] for shape in input_shape)
        channels = {"query": queries, "key": keys, "value": keys, "output": self.width}
        self.kernels = {
            name: self.add_weight(shape=(count, self.width), name=name)
            for name, count in channels.items()
        }

    def call(self, inputs: tuple[Any, Any, Any]) -> tuple[Any, Any]:
        queries, keys, present = inputs
        query = self._heads(queries @ self.kernels["query"])
        key, value = (self._heads(keys @ self.kernels[name]) for name in ("key", "value"))
        scores = ops.einsum("bqhd,bkhd->bhqk", query, key) * (self.width // self.heads) ** -0.5
        weights = masked_softmax(scores, present[:, None, None, :])
        seen = ops.einsum("bhqk,bkhd->bqhd", ops.cast(weights, value.dtype), value)
        seen = ops.reshape(seen, (-1, queries.shape[1], self.width))
        return seen @ self.kernels["output"], weights

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"width": self.width, "heads": self.heads}

    def _heads(self, tokens: Any) -> Any:
        shape = (-1, tokens.shape[1], self.heads, self.width // self.heads)
        return ops.reshape(tokens, shape)
