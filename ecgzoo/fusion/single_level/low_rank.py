"""low_rank: the tensor product of the embeddings, by factors of low rank."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import aligned


def low_rank(features: Mapping[str, Features], rank: int = 4, width: int = 64) -> Any:
    """Low-rank multimodal fusion: every product of the domains' channels (Liu et al. 2018).

    Returns:
        ``[batch, width]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> low_rank(features, width=16).shape
        (None, 16)
    """
    return LowRank(rank, width, name="fusion")(aligned(features))


@keras.saving.register_keras_serializable(package="ecgzoo")
class LowRank(keras.layers.Layer):
    r"""Liu et al. 2018, arXiv 1806.00064, equation 6: a tensor fusion that is never spelt out.

    ``h = sum_r prod_i (W_i^r v_i + c_i^r) + b``, where ``c`` are the weights of the 1 that the
    paper appends to each embedding, so that products of fewer domains count too. An absent domain,
    ``v_i = 0``, leaves these.

    Args:
        rank: how many terms are added.
        width: channels that come out.

    Input shape:
        ``[batch, domains, channels]``.

    Output shape:
        ``[batch, width]``.

    Example:
        >>> import numpy as np
        >>> np.asarray(LowRank(rank=2, width=3)(np.zeros((1, 2, 5)))).tolist()
        [[0.0, 0.0, 0.0]]
    """

    def __init__(self, rank: int = 4, width: int = 64, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rank = rank
        self.width = width

    def build(self, input_shape: tuple[int, ...]) -> None:
        _, domains, channels = input_shape
        # Near one, as if the domains were added, and zero for zeros.
        normal = keras.initializers.RandomNormal(stddev=channels**-0.5)
        self.factors = self.add_weight(
            shape=(domains, channels, self.rank, self.width), initializer=normal, name="factors"
        )
        self.constants = self.add_weight(
            shape=(domains, self.rank, self.width), initializer="ones", name="constants"
        )
        offset = keras.initializers.Constant(-self.rank)
        self.bias = self.add_weight(shape=(self.width,), initializer=offset, name="bias")

    def call(self, vectors: Any) -> Any:
        factors = ops.einsum("bnc,ncrw->bnrw", vectors, self.factors) + self.constants
        return ops.sum(ops.prod(factors, axis=1), axis=1) + self.bias

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return input_shape[0], self.width

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rank": self.rank, "width": self.width}
