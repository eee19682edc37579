"""Tokens: those of each domain at one width, and as one sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keras import layers, ops

from ecgzoo.encoders.features import Features
from ecgzoo.fusion.attention.attention import Attention
from ecgzoo.fusion.masked import Masked


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
