"""conv1d_transformer: a small 1D-CNN that hands tokens to a transformer."""

import math
from typing import Any

import keras
from keras import layers

from ecgzoo.features import Encoding, Features


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


def conv1d_transformer(
    spectrum: Any,
    name: str,
    width: int = 64,
    blocks: int = 2,
    heads: int = 4,
    tokens: int = 64,
    dropout: float = 0.1,
) -> Encoding:
    """The 1D-CNN-Transformer of arXiv 2508.00963; its layer table is ours.

    Convolutions that halve the length until at most ``tokens`` remain, learned positions, then
    pre-norm transformer blocks (Vaswani et al. 2017; Xiong et al. 2020). Whatever the length, the
    convolutions count as two stages; each block is one more.

    Args:
        spectrum: ``[batch, bins, channels]``.
        name: prefix of the layers' names.
        width: channels of a token.
        blocks: number of transformer blocks.
        heads: attention heads of a block.
        tokens: the longest sequence that attention sees.
        dropout: rate inside the blocks.

    Yields:
        The feature map of each stage; it goes on with the one it is sent.

    Returns:
        The features.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> spectrum = keras.Input((150, 12))
        >>> encode({"spectrum": conv1d_transformer(spectrum, "a")})["spectrum"].tokens.shape
        (None, 38, 64)
    """
    x = layers.BatchNormalization(name=f"{name}_norm")(spectrum)
    halvings = max(2, math.ceil(math.log2(x.shape[1] / tokens)))
    stages = []
    for halving in range(1, halvings + 1):
        x = _embed(x, width, f"{name}_embed{halving}")
        if halving in (halvings // 2, halvings):
            x = yield x
            stages.append(x)
    x = LearnedPositions(name=f"{name}_positions")(x)
    for block in range(blocks):
        x = yield attended(x, heads, dropout, f"{name}_block{block + 1}")
        stages.append(x)
    x = layers.LayerNormalization(name=f"{name}_tokens")(x)
    vector = layers.GlobalAveragePooling1D(name=f"{name}_vector")(x)
    return Features(tuple(stages), x, vector)


def _embed(x: Any, width: int, name: str) -> Any:
    x = layers.Conv1D(width, 5, strides=2, padding="same", use_bias=False, name=name)(x)
    return layers.Activation("relu")(layers.BatchNormalization()(x))


def attended(x: Any, heads: int, dropout: float, name: str) -> Any:
    """A pre-norm transformer block over a sequence ``[batch, tokens, channels]``."""
    width = x.shape[-1]
    y = layers.LayerNormalization()(x)
    attention = layers.MultiHeadAttention(
        heads, width // heads, dropout=dropout, name=f"{name}_attention"
    )
    x = layers.Add()([x, attention(y, y)])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(2 * width, activation="gelu", name=f"{name}_expand")(y)
    y = layers.Dropout(dropout)(layers.Dense(width, name=f"{name}_project")(y))
    return layers.Add()([x, y])
