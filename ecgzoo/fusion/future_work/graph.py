"""graph: domains as nodes that pass messages."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import layers, ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import DomainMean, Fused, masked_softmax, presence


def graph(features: Mapping[str, Features], width: int = 64, rounds: int = 2) -> Fused:
    """Domains as the nodes of a graph, each joined to each (Velickovic et al. 2018).

    Every domain's embedding is projected to a node; nodes pass messages along weighted edges; their
    mean comes out. An absent domain sends no messages and is no part of the mean.

    Returns:
        ``[batch, width]``, and the weights ``edges`` ``[batch, to, from]`` of the last round, which
        add up to one over where the messages come from.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((8,))) for name in ("time", "image")}
        >>> fused = graph(features)
        >>> fused.vector.shape, fused.weights["edges"].shape
        ((None, 64), (None, 2, 2))
    """
    present = presence(features)
    nodes = ops.stack(
        [layers.Dense(width, name=f"{name}_node")(one.vector) for name, one in features.items()],
        axis=1,
    )
    for number in range(1, rounds + 1):
        nodes, edges = MessagePassing(name=f"messages{number}")([nodes, present])
    return Fused(DomainMean(name="fusion")([nodes, present]), {"edges": edges})


@keras.saving.register_keras_serializable(package="ecgzoo")
class MessagePassing(keras.layers.Layer):
    r"""One round of a graph attention layer with a single head on a complete graph.

    As in arXiv 1710.10903, equations 1 to 4, with a shortcut:
    ``h_i + relu(sum_j e_ij W h_j + b)`` over the nodes ``j`` that are present, ``i`` itself among
    them, with ``e_i = softmax_j(leaky_relu(a . W h_i + c . W h_j))``.

    Input shape:
        A list: ``[batch, nodes, channels]`` and the presence ``[batch, nodes]``.

    Output shape:
        ``[batch, nodes, channels]``, and the edges ``[batch, to, from]``, float32.

    Example:
        >>> import numpy as np
        >>> _, edges = MessagePassing()([np.zeros((1, 2, 4)), np.ones((1, 2))])
        >>> np.asarray(edges).tolist()
        [[[0.5, 0.5], [0.5, 0.5]]]
    """

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        width = input_shape[0][-1]
        self.kernel = self.add_weight(shape=(width, width), name="kernel")
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")
        self.receiver = self.add_weight(shape=(width, 1), name="receiver")
        self.sender = self.add_weight(shape=(width, 1), name="sender")

    def call(self, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        nodes, present = inputs
        messages = nodes @ self.kernel
        scores = messages @ self.receiver + ops.swapaxes(messages @ self.sender, 1, 2)
        edges = masked_softmax(ops.leaky_relu(scores, 0.2), present[:, None, :])
        heard = ops.cast(edges, messages.dtype) @ messages + self.bias
        return nodes + ops.relu(heard), edges
