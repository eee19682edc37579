"""gated: gated multimodal units."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import Fused, aligned, presence


def gated(features: Mapping[str, Features], width: int = 64) -> Fused:
    """Gates that see all domains open and close each channel of each one (Arevalo et al. 2017).

    Returns:
        ``[batch, width]``, and the weights ``gates`` ``[batch, domains, width]``, in 0 to 1.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> fused = gated(features)
        >>> fused.vector.shape, fused.weights["gates"].shape
        ((None, 64), (None, 2, 64))
    """
    joined, gates = GatedUnits(width, name="fusion")([aligned(features), presence(features)])
    return Fused(joined, {"gates": gates})


@keras.saving.register_keras_serializable(package="ecgzoo")
class GatedUnits(keras.layers.Layer):
    r"""Arevalo et al. 2017, arXiv 1702.01992, section 3.1, for any number of modalities.

    ``h = sum_i z_i * tanh(W_i v_i)`` with the gates ``z_i = sigmoid(Y_i [v_1, ..., v_n])``. The
    gate of an absent domain is shut.

    Args:
        width: units.

    Input shape:
        A list: ``[batch, domains, channels]`` and the presence ``[batch, domains]``.

    Output shape:
        ``[batch, width]``, and the gates ``[batch, domains, width]``.

    Example:
        >>> import numpy as np
        >>> joined, gates = GatedUnits(1)([np.zeros((1, 2, 5)), np.array([[1.0, 0.0]])])
        >>> np.asarray(joined).tolist(), np.asarray(gates).tolist()
        ([[0.0]], [[[0.5], [0.0]]])
    """

    def __init__(self, width: int = 64, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width = width

    def build(self, input_shape: list[tuple[int, ...]]) -> None:
        _, domains, channels = input_shape[0]
        self.kernels = [
            self.add_weight(shape=(channels, self.width), name=f"kernel{i}") for i in range(domains)
        ]
        self.gates = [
            self.add_weight(shape=(domains * channels, self.width), name=f"gate{i}")
            for i in range(domains)
        ]

    def call(self, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        vectors, present = inputs
        everything = ops.reshape(vectors, (-1, vectors.shape[1] * vectors.shape[2]))
        gates = ops.sigmoid(ops.stack([everything @ one for one in self.gates], axis=1))
        gates = gates * present[..., None]
        units = [vectors[:, i] @ kernel for i, kernel in enumerate(self.kernels)]
        return ops.sum(gates * ops.tanh(ops.stack(units, axis=1)), axis=1), gates

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"width": self.width}
