"""Tokens: those of each domain at one width, and as one sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers, ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import Masked, masked_softmax


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


@dataclass(frozen=True)
class Tokens:
    """A sequence of tokens.

    Attributes:
        values: ``[batch, tokens, channels]``.
        present: ``[batch, tokens]``, 1 where the token is there and 0 where it is absent.
    """

    values: Any
    present: Any

    @classmethod
    def of(cls, domain: str, features: Features, width: int) -> Tokens:
        """A domain's tokens, projected to a width; the bias is what marks them as that domain's."""
        values = layers.Dense(width, name=f"{domain}_to_fusion")(features.tokens)
        present = ops.ones_like(values[:, :, 0])
        if features.present is not None:
            present = present * features.present
        return cls(values, present)

    @classmethod
    def joined(cls, several: Iterable[Tokens]) -> Tokens:
        """The tokens of several, one after another."""
        parts = list(several)
        values, present = [part.values for part in parts], [part.present for part in parts]
        return cls(ops.concatenate(values, axis=1), ops.concatenate(present, axis=1))

    def split(self, like: Iterable[Tokens]) -> list[Tokens]:
        """The parts that were joined."""
        parts, start = [], 0
        for one in like:
            stop = start + one.values.shape[1]
            parts.append(Tokens(self.values[:, start:stop], self.present[:, start:stop]))
            start = stop
        return parts

    def asking(self, others: Tokens, name: str, heads: int = 4) -> tuple[Tokens, Any]:
        """The tokens after a pre-norm transformer block whose keys are others' tokens.

        Returns:
            The tokens, and the attention ``[batch, heads, tokens, others]``.
        """
        width = self.values.shape[-1]
        norm = layers.LayerNormalization(name=f"{name}_norm")
        seen, weights = Attention(width, heads, name=f"{name}_attention")(
            [norm(self.values), norm(others.values), others.present]
        )
        x = layers.Add()([self.values, seen])
        y = layers.LayerNormalization(name=f"{name}_norm2")(x)
        y = layers.Dense(2 * width, "gelu", name=f"{name}_expand")(y)
        y = layers.Dense(width, name=f"{name}_project")(y)
        return Tokens(layers.Add()([x, y]), self.present), weights

    def vector(self, name: str) -> Any:
        """The mean of one domain's tokens ``[batch, channels]``; zero where it is absent."""
        x = layers.LayerNormalization(name=f"{name}_fused_norm")(self.values)
        x = layers.GlobalAveragePooling1D()(x)
        return Masked(name=f"{name}_fused")([x, self.present[:, :1]])


def tokens_of(features: Mapping[str, Features], width: int) -> dict[str, Tokens]:
    """The tokens of each domain, at one width.

    Example:
        >>> import keras
        >>> features = {"time": Features((), keras.Input((16, 64)), None)}
        >>> tokens_of(features, 32)["time"].values.shape
        (None, 16, 32)
    """
    return {domain: Tokens.of(domain, one, width) for domain, one in features.items()}
