"""autoencoder: a shared latent that must also rebuild each domain's features."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import presence


def autoencoder(features: Mapping[str, Features], width: int = 64, weight: float = 0.1) -> Any:
    """A shared latent from which each domain's embedding can be rebuilt (Ngiam et al. 2011).

    How badly it is rebuilt is added to the loss.

    Returns:
        ``[batch, width]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> autoencoder(features).shape
        (None, 64)
    """
    vectors = [one.vector for one in features.values()]
    return SharedLatent(width, weight, name="fusion")([*vectors, presence(features)])


@keras.saving.register_keras_serializable(package="ecgzoo")
class SharedLatent(keras.layers.Layer):
    r"""``z = relu(W [v_1, ..., v_n] + b)``, with the loss of rebuilding each ``v_i`` from it.

    The loss is ``weight`` times the mean, over the records and the domains that each has, of
    ``mean((U_i z + c_i - v_i)^2)``. It trains the latent; what is to be rebuilt has no gradient, or
    else the encoders would make it trivial.

    Args:
        width: channels of the latent.
        weight: of its loss beside the others.

    Input shape:
        A list: ``[batch, channels]`` per domain, and the presence ``[batch, domains]``.

    Output shape:
        ``[batch, width]``.

    Example:
        >>> import numpy as np
        >>> layer = SharedLatent(4, weight=1.0)
        >>> latent = layer([np.ones((2, 3)), np.zeros((2, 5)), np.array([[0.0, 1.0]] * 2)])
        >>> tuple(latent.shape), len(layer.losses)
        ((2, 4), 1)
    """

    def __init__(self, width: int = 64, weight: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.weight = weight
        self.encoder = keras.layers.Dense(width, "relu", dtype=self.dtype_policy, name="encoder")

    def build(self, input_shape: list[tuple[int, ...]]) -> None:
        channels = [shape[-1] for shape in input_shape[:-1]]
        self.encoder.build((None, sum(channels)))
        self.decoders = [
            keras.layers.Dense(count, dtype=self.dtype_policy, name=f"decoder{i}")
            for i, count in enumerate(channels)
        ]
        for decoder in self.decoders:
            decoder.build((None, self.width))

    def call(self, inputs: list[Any]) -> Any:
        *vectors, present = inputs
        latent = self.encoder(ops.concatenate(vectors, axis=-1))
        targets = [ops.stop_gradient(ops.cast(vector, "float32")) for vector in vectors]
        errors = [
            ops.mean(ops.square(ops.cast(decoder(latent), "float32") - vector), axis=-1)
            for decoder, vector in zip(self.decoders, targets, strict=True)
        ]
        present = ops.cast(present, "float32")
        total = ops.sum(ops.stack(errors, axis=1) * present) / ops.maximum(ops.sum(present), 1.0)
        self.add_loss(self.weight * total)
        return latent

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], self.width

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"width": self.width, "weight": self.weight}
