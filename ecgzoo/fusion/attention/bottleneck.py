"""bottleneck: domains speak to each other through a few shared tokens."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import layers, ops

from ecgzoo.features import Features
from ecgzoo.fusion.attention.tokens import Tokens, tokens_of
from ecgzoo.fusion.fused import DomainMean, Fused, presence


def bottleneck(
    features: Mapping[str, Features], width: int = 32, shared: int = 4, blocks: int = 2
) -> Fused:
    r"""Attention bottlenecks (Nagrani et al. 2021, arXiv 2107.00135, equations 8 and 9).

    In each block every domain's tokens and the shared ones pass through a transformer block of that
    domain; the shared ones go on as the mean of what the domains made of them.

    Returns:
        Each domain's mean token side by side, ``[batch, domains * width]``, and the weights
        ``time_attention`` ``[batch, heads, tokens, tokens]`` and so on of the last block: the
        domain's own tokens, then the shared ones.

    Example:
        >>> import keras
        >>> features = {
        ...     "time": Features((), keras.Input((16, 64)), keras.Input((64,))),
        ...     "image": Features((), keras.Input((4, 48)), keras.Input((48,))),
        ... }
        >>> fused = bottleneck(features)
        >>> fused.vector.shape, fused.weights["image_attention"].shape
        ((None, 64), (None, 4, 8, 8))
    """
    present = presence(features)
    tokens = tokens_of(features, width)
    bottle = SharedTokens(shared, width, name="shared_tokens")(present)
    attention = {}
    for block in range(1, blocks + 1):
        heard = []
        for domain, own in tokens.items():
            everything = Tokens.joined([own, Tokens(bottle, ops.ones_like(bottle[:, :, 0]))])
            asked, weights = everything.asking(everything, f"{domain}_bottleneck{block}")
            attention[f"{domain}_attention"] = weights
            tokens[domain], passed = asked.split([own, Tokens(bottle, None)])
            heard.append(passed.values)
        bottle = DomainMean(name=f"shared_tokens{block}")([ops.stack(heard, axis=1), present])
    vectors = [own.vector(domain) for domain, own in tokens.items()]
    return Fused(layers.Concatenate(name="fusion")(vectors), attention)


@keras.saving.register_keras_serializable(package="ecgzoo")
class SharedTokens(keras.layers.Layer):
    """A few learned tokens, the same for every record.

    Args:
        tokens: how many.
        width: channels of each.

    Input shape:
        ``[batch, ...]``, for the batch alone.

    Output shape:
        ``[batch, tokens, width]``.

    Example:
        >>> import numpy as np
        >>> tuple(SharedTokens(4, 8)(np.zeros((2, 3))).shape)
        (2, 4, 8)
    """

    def __init__(self, tokens: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tokens = tokens
        self.width = width

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.table = self.add_weight(
            shape=(1, self.tokens, self.width), initializer="random_normal", name="table"
        )

    def call(self, batch: Any) -> Any:
        return ops.repeat(self.table, ops.shape(batch)[0], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], self.tokens, self.width

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"tokens": self.tokens, "width": self.width}
