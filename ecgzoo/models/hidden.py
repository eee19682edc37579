"""What heads share: the hidden layer between an embedding and the answer, and the answer's name."""

from typing import Any

import keras
from keras import layers

OUTPUT = "probabilities"  # the name of the layer that answers


def hidden(
    embedding: Any, width: int, dropout: float, l1: float, l2: float, prefix: str = ""
) -> Any:
    """A dense layer with dropout and L1/L2, as in arXiv 2508.00963.

    Args:
        embedding: ``[batch, channels]``.
        width: units; 0 for no dense layer: one dropout is left.
        dropout: rate before and after.
        l1: weight of the absolute values of its weights in the loss.
        l2: weight of their squares.
        prefix: of the layer's name.

    Example:
        >>> hidden(keras.Input((128,)), width=8, dropout=0.1, l1=0.0, l2=0.0).shape
        (None, 8)
    """
    x = layers.Dropout(dropout)(embedding)
    if not width:
        return x
    penalty = keras.regularizers.L1L2(l1, l2)
    x = layers.Dense(width, activation="relu", kernel_regularizer=penalty, name=f"{prefix}dense")(x)
    return layers.Dropout(dropout)(x)
