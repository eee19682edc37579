"""Fused: what a fusion gives; and what a record lacks: its domains' presence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import layers, ops

from ecgzoo.features import Features, Tensor


@dataclass(frozen=True)
class Fused:
    """The joined tensor, and the weights that joined it.

    A fusion with nothing to show for weights returns the tensor itself.

    Attributes:
        vector: ``[batch, channels]`` for a classifier; probabilities ``[batch, classes]`` from an
            output fusion; ``[batch, steps, channels]`` for an encoder from an input fusion.
        weights: what can be read out for a batch, by name: attention, gates, shares of domains.
    """

    vector: Tensor
    weights: Mapping[str, Tensor] = field(default_factory=dict)


def as_fused(joined: Fused | Tensor) -> Fused:
    """What a fusion returned, in its full form."""
    return joined if isinstance(joined, Fused) else Fused(joined)


def aligned(features: Mapping[str, Features]) -> Any:
    """``[batch, domains, channels]``: the embeddings, projected linearly where widths differ.

    They are projected to the largest width, without bias: zero stays zero.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> aligned(features).shape
        (None, 2, 8)
    """
    vectors = {domain: one.vector for domain, one in features.items()}
    widths = {vector.shape[-1] for vector in vectors.values()}
    if len(widths) > 1:
        vectors = {
            domain: layers.Dense(max(widths), use_bias=False, name=f"{domain}_aligned")(vector)
            for domain, vector in vectors.items()
        }
    return ops.stack(list(vectors.values()), axis=1)


# Its exponential is zero beside any other.
ABSENT = -1e9


def presence(features: Mapping[str, Features]) -> Any:
    """``[batch, domains]``: 1 where a record has the domain, 0 where it lacks it.

    Example:
        >>> import numpy as np
        >>> time = Features((), None, np.ones((2, 4)), present=np.array([[1.0], [0.0]]))
        >>> image = Features((), None, np.ones((2, 8)))
        >>> np.asarray(presence({"time": time, "image": image})).tolist()
        [[1.0, 1.0], [0.0, 1.0]]
    """
    columns = [
        ops.ones_like(one.vector[:, :1]) if one.present is None else one.present
        for one in features.values()
    ]
    return ops.concatenate([ops.cast(column, "float32") for column in columns], axis=1)


def masked_softmax(scores: Any, present: Any) -> Any:
    """Softmax over the last axis, float32, among what is present; uniform where nothing is.

    Args:
        scores: ``[..., n]``.
        present: ones and zeros that broadcast against ``scores``.

    Example:
        >>> import numpy as np
        >>> present = np.array([[1.0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 0, 0]])
        >>> np.asarray(masked_softmax(np.zeros((3, 4)), present)).tolist()
        [[0.25, 0.25, 0.25, 0.25], [0.5, 0.0, 0.0, 0.5], [0.25, 0.25, 0.25, 0.25]]
    """
    present = ops.cast(present, "float32")
    scores = ops.cast(scores, "float32") * present + ABSENT * (1 - present)
    # Keras' own softmax warns of an axis of one, and its max refuses no rows without an initial.
    raised = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True, initial=ABSENT))
    return raised / ops.sum(raised, axis=-1, keepdims=True)


def mixed(parts: Any, scores: Any, present: Any) -> tuple[Any, Any]:
    """The sum of the domains' parts, each by its share: the softmax of the scores of the present.

    Args:
        parts: ``[batch, domains, ...]``.
        scores: ``[batch, domains]``, or what broadcasts to it.
        present: ``[batch, domains]``.

    Returns:
        The sum ``[batch, ...]`` and the shares ``[batch, domains]``, float32.

    Example:
        >>> import numpy as np
        >>> parts = np.array([[[0.0], [4.0]], [[0.0], [4.0]]])
        >>> joined, shares = mixed(parts, np.zeros(2), np.array([[1.0, 1], [0, 1]]))
        >>> np.asarray(joined).tolist(), np.asarray(shares).tolist()
        ([[2.0], [4.0]], [[0.5, 0.5], [0.0, 1.0]])
    """
    shares = masked_softmax(scores, present)
    return ops.einsum("bn,bn...->b...", shares, ops.cast(parts, "float32")), shares


@keras.saving.register_keras_serializable(package="ecgzoo")
class Masked(keras.layers.Layer):
    """Keeps a tensor's rows where the domain is present, and makes zeros of the others.

    What an absent domain holds does not matter, be it NaN.

    Input shape:
        A list: ``[batch, ...]`` and ``present``, ``[batch, 1]`` of ones and zeros.

    Output shape:
        That of the first.

    Example:
        >>> import numpy as np
        >>> rows, present = np.array([[1.0, 2.0], [np.nan, 4.0]]), np.array([[1.0], [0.0]])
        >>> np.asarray(Masked()([rows, present])).tolist()
        [[1.0, 2.0], [0.0, 0.0]]
    """

    def call(self, inputs: tuple[Any, Any]) -> Any:
        tensor, present = inputs
        rows = ops.reshape(present, (-1,) + (1,) * (len(tensor.shape) - 1))
        return ops.where(rows > 0.5, tensor, ops.zeros_like(tensor))

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return tuple(input_shape[0])


@keras.saving.register_keras_serializable(package="ecgzoo")
class DomainMean(keras.layers.Layer):
    """The mean over the domains that are present.

    Input shape:
        A list: ``[batch, domains, ...]`` and the presence ``[batch, domains]``.

    Output shape:
        ``[batch, ...]``, float32.

    Example:
        >>> import numpy as np
        >>> parts = np.array([[[2.0], [4.0]], [[2.0], [4.0]]])
        >>> np.asarray(DomainMean()([parts, np.array([[1.0, 1.0], [0.0, 1.0]])])).tolist()
        [[3.0], [4.0]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, inputs: tuple[Any, Any]) -> Any:
        parts, present = inputs
        return mixed(parts, ops.zeros_like(present), present)[0]

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], *input_shape[0][2:]
