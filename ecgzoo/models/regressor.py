"""The head of a regression: from a fused embedding to one number, in the target's own unit."""

from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
from keras import layers, ops

from ecgzoo.artifact.preset import REGRESSOR
from ecgzoo.models.hidden import OUTPUT, hidden


@keras.saving.register_keras_serializable(package="ecgzoo")
class TargetScale(layers.Layer):
    """From standardised numbers to the target's unit: ``x * scale + mean``.

    Both are weights that are not trained: :meth:`adapt` takes them from the training part, and the
    weights file holds them.

    Example:
        >>> layer = TargetScale()
        >>> layer.build((None, 1))
        >>> layer.adapt(np.array([50.0, 70.0]))
        >>> layer(np.array([[-1.0], [2.0]])).numpy().ravel().tolist()
        [50.0, 80.0]
    """

    def build(self, input_shape: Any) -> None:
        """The two weights, of a target that is standardised already."""
        for name, value in (("mean", "zeros"), ("scale", "ones")):
            weight = self.add_weight((1,), value, trainable=False, dtype="float32", name=name)
            setattr(self, name, weight)
        super().build(input_shape)

    def adapt(self, targets: np.ndarray) -> None:
        """Takes the mean and the standard deviation of the targets, which vary."""
        self.mean.assign([float(np.mean(targets))])
        self.scale.assign([float(np.std(targets))])

    def call(self, inputs: Any) -> Any:
        """Numbers in the target's unit, of the shape that came."""
        return inputs * ops.cast(self.scale, inputs.dtype) + ops.cast(self.mean, inputs.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that came."""
        return input_shape


@dataclass(frozen=True)
class Regressor:
    """A hidden layer as a ``Classifier`` has, one number, and the target's scale.

    Attributes:
        width: units of the hidden layer; 0 for none.
        dropout: rate before and after it; low, since it changes the spread of what is answered.
        l1: weight of the absolute values of the hidden layer's weights in the loss.
        l2: weight of their squares.

    Example:
        >>> Regressor()(keras.Input((128,))).shape
        (None, 1)
    """

    width: int = 64
    dropout: float = 0.1
    l1: float = 1e-6
    l2: float = 1e-4
    multi_label: ClassVar[bool] = False

    def __call__(self, embedding: Any, prefix: str = "") -> Any:
        """The target of each record, float32 ``[batch, 1]`` under any precision policy."""
        x = hidden(embedding, self.width, self.dropout, self.l1, self.l2, prefix)
        x = layers.Dense(1, dtype="float32", name=f"{prefix}standardised")(x)
        return TargetScale(dtype="float32", name=f"{prefix}{OUTPUT}")(x)

    def to_dict(self) -> dict[str, Any]:
        """Its settings, under a name that no classifier has.

        Example:
            >>> Regressor(width=32).to_dict()["regressor"]["width"]
            32
        """
        return {REGRESSOR: dict(vars(self))}


def scale_of(core: keras.Model) -> TargetScale:
    """The layer that knows the target's scale, of a core whose head is a ``Regressor``."""
    return next(layer for layer in core.layers if isinstance(layer, TargetScale))
