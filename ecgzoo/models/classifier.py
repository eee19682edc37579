"""The classifier: from a fused embedding to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers


@dataclass(frozen=True)
class Classifier:
    """Dense layers with dropout and L1/L2, as in arXiv 2508.00963, then softmax or sigmoid.

    Attributes:
        num_classes: how many probabilities.
        multi_label: whether classes may hold together: sigmoid instead of softmax.
        width: units of the hidden layer.
        dropout: rate before and after the hidden layer.
        l1: weight of the absolute values of the hidden layer's weights in the loss.
        l2: weight of their squares.

    Raises:
        ValueError: if there are fewer classes than make a choice.

    Example:
        >>> import keras
        >>> Classifier(num_classes=4)(keras.Input((128,))).shape
        (None, 4)
    """

    num_classes: int
    multi_label: bool = False
    width: int = 64
    dropout: float = 0.4
    l1: float = 1e-6
    l2: float = 1e-4

    def __post_init__(self) -> None:
        least = 1 if self.multi_label else 2
        if self.num_classes < least:
            raise ValueError(f"num_classes must be at least {least}; got {self.num_classes}")

    def __call__(self, embedding: Any, prefix: str = "") -> Any:
        """Probabilities ``[batch, num_classes]``, float32 under any precision policy.

        Args:
            embedding: ``[batch, channels]``.
            prefix: of the layers' names, for a model with several classifiers.
        """
        x = layers.Dropout(self.dropout)(embedding)
        penalty = keras.regularizers.L1L2(self.l1, self.l2)
        x = layers.Dense(
            self.width, activation="relu", kernel_regularizer=penalty, name=f"{prefix}dense"
        )(x)
        x = layers.Dropout(self.dropout)(x)
        activation = "sigmoid" if self.multi_label else "softmax"
        return layers.Dense(
            self.num_classes,
            activation=activation,
            dtype="float32",
            name=f"{prefix}probabilities",
        )(x)
