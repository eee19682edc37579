"""Batch normalization, folded: in inference it is ``scale * x + offset``.

A convolution before it does that in its kernel and a bias; one without costs two operations instead
of six. The graph gets smaller, which a server reads and optimises for every signature by itself.

Source: Jacob et al. 2018 (arXiv 1712.05877), section 3.2.
"""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from ecgzoo.fusion.fused import Masked

CONVOLUTIONS = (keras.layers.Conv1D, keras.layers.Conv2D)
SMALLEST = 1e-6  # of a scale: a kernel times less could not be told again from the product


class Affine(keras.layers.Layer):
    """``scale * x + offset`` along the last axis, with weights that are set and not trained.

    The axis before has weights of its own if its size is known: a long run of values that lie side
    by side is computed in half the time of many short ones.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the weights, one of each a channel, or a channel of each place."""
        places = [size for size in input_shape[1:-1][-1:] if size]
        self.scale, self.offset = (
            self.add_weight(shape=(*places, input_shape[-1]), trainable=False, name=name)
            for name in ("scale", "offset")
        )

    def call(self, inputs: Any) -> Any:
        """The affine map."""
        return inputs * self.scale + self.offset

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the input."""
        return input_shape


@dataclass
class Folded:
    """A model for inference, whose batch normalizations are folded, and what stands for what.

    Attributes:
        model: answers as the one that it was made of; all other layers are that one's own.
        pairs: each convolution with the normalization after it and what does both.
    """

    model: keras.Model
    pairs: list[tuple[Any, Any, Any]] = field(default_factory=list)

    def kernels(self) -> dict[int, Any]:
        """The folded kernel of each convolution, by the ``id`` of the one that it stands for."""
        return {id(plain.kernel): both.kernel for plain, _, both in self.pairs}


def folded(model: keras.Model) -> Folded:
    """Folds the batch normalizations of a functional model that normalise the last axis.

    The weights are copied as they are now. What is nested in other layers stays as it is. Masks are
    left out: who asks for an inference gives every domain.

    Example:
        >>> inputs = keras.Input((8, 2))
        >>> x = keras.layers.Conv1D(4, 3, use_bias=False)(inputs)
        >>> model = keras.Model(inputs, keras.layers.BatchNormalization()(x))
        >>> found = folded(model)
        >>> [type(layer).__name__ for layer in found.model.layers]
        ['InputLayer', 'Conv1D']
        >>> signal = np.random.default_rng(0).normal(size=(1, 8, 2)).astype("float32")
        >>> bool(np.allclose(found.model(signal), model(signal), atol=1e-6))
        True
    """
    convolved: dict[int, tuple[Any, Any, Any]] = {}
    pairs = []

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(layer, Masked):
            return args[0][0]
        if _is_convolution(layer):
            given = layer(*args, **kwargs)
            convolved[id(given)] = layer, args[0], given
            return given
        if not _is_normalization(layer, args):
            return layer(*args, **kwargs)
        scale, offset = scale_and_offset(layer)
        plain, before, _ = convolved.get(id(args[0]), (None, args[0], None))
        if plain is None or np.abs(scale).min() < SMALLEST:
            return _affine(scale, offset, args[0])
        both = _both(plain, scale, offset, before)
        pairs.append((plain, layer, both))
        return both(before)

    again = keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=call)
    return Folded(again, pairs)


def scale_and_offset(norm: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """What a batch normalization does in inference, float32 ``[channels]`` each.

    Example:
        >>> norm = keras.layers.BatchNormalization()
        >>> norm.build((None, 2))
        >>> scale_and_offset(norm)[0].round(4)
        array([0.9995, 0.9995], dtype=float32)
    """
    mean, variance = (np.asarray(x) for x in (norm.moving_mean, norm.moving_variance))
    scale = 1 / np.sqrt(variance + norm.epsilon)
    if norm.scale:
        scale = scale * np.asarray(norm.gamma)
    offset = -mean * scale
    return scale, offset + np.asarray(norm.beta) if norm.center else offset


def unfold(plain: Any, norm: keras.layers.BatchNormalization) -> None:
    """Gives a convolution that holds a folded kernel its own one again."""
    plain.kernel.assign(np.asarray(plain.kernel) / scale_and_offset(norm)[0])


def _is_convolution(layer: Any) -> bool:
    return (
        type(layer) in CONVOLUTIONS
        and layer.activation is keras.activations.linear
        and layer.data_format == "channels_last"
    )


def _is_normalization(layer: Any, args: Any) -> bool:
    return type(layer) is keras.layers.BatchNormalization and layer.axis in (
        -1,
        len(args[0].shape) - 1,
    )


def _affine(scale: np.ndarray, offset: np.ndarray, before: Any) -> Any:
    affine = Affine()
    affine.build(before.shape)
    affine.set_weights([np.broadcast_to(one, affine.scale.shape) for one in (scale, offset)])
    return affine(before)


def _both(plain: Any, scale: np.ndarray, offset: np.ndarray, before: Any) -> Any:
    """The convolution that does what the plain one and the normalization after it do."""
    config = plain.get_config() | {"use_bias": True, "name": f"{plain.name}_folded"}
    both = type(plain).from_config(config)
    both.build(before.shape)
    bias = np.asarray(plain.bias) * scale if plain.use_bias else 0.0
    both.set_weights([np.asarray(plain.kernel) * scale, bias + offset])
    return both
