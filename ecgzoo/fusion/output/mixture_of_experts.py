"""mixture_of_experts: a mean of the domains' probabilities whose weights depend on the input."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import layers

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import Fused, mixed, presence
from ecgzoo.fusion.output.combiner import stacked
from ecgzoo.fusion.single_level.concat import concat


def mixture_of_experts(branches: Mapping[str, Branch]) -> Fused:
    r"""``sum_i g_i p_i`` with ``g = softmax(W [v_1, ..., v_n] + b)`` (Jacobs et al. 1991).

    The gate sees the embeddings of all domains, and starts as the average.

    Returns:
        ``[batch, classes]``, and the weights ``experts`` ``[batch, domains]``, which add up to one
        over the domains that are present.

    Example:
        >>> import keras
        >>> branch = Branch((), None, keras.Input((64,)), probabilities=keras.Input((3,)))
        >>> mixture_of_experts({"time": branch, "image": branch}).weights["experts"].shape
        (None, 2)
    """
    gate = layers.Dense(len(branches), kernel_initializer="zeros", dtype="float32", name="gate")
    joined, shares = Mixture(name="probabilities")(
        [stacked(branches), gate(concat(branches)), presence(branches)]
    )
    return Fused(joined, {"experts": shares})


@keras.saving.register_keras_serializable(package="ecgzoo")
class Mixture(keras.layers.Layer):
    """A mean over domains whose weights are a softmax of scores.

    Input shape:
        A list: probabilities ``[batch, domains, classes]``, scores ``[batch, domains]`` and the
        presence ``[batch, domains]``.

    Output shape:
        float32 ``[batch, classes]``, and the shares ``[batch, domains]``.

    Example:
        >>> import numpy as np
        >>> answers, scores = np.array([[[1.0, 0.0], [0.0, 1.0]]]), np.log([[1.0, 3.0]])
        >>> joined, shares = Mixture()([answers, scores, np.ones((1, 2))])
        >>> np.asarray(shares).round(2).tolist()
        [[0.25, 0.75]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, inputs: tuple[Any, Any, Any]) -> tuple[Any, Any]:
        return mixed(*inputs)
