"""hierarchical: joined at every stage, each join feeding the next."""

from collections.abc import Mapping
from typing import Any

from keras import layers

from ecgzoo.encoders.encode import equal_depth
from ecgzoo.features import Features


def pooled(feature_map: Any) -> Any:
    """``[batch, channels]`` from ``[batch, ..., channels]``.

    Example:
        >>> import keras
        >>> pooled(keras.Input((6, 8, 32))).shape, pooled(keras.Input((9, 16))).shape
        ((None, 32), (None, 16))
    """
    places = layers.Reshape((-1, feature_map.shape[-1]))(feature_map)
    return layers.GlobalAveragePooling1D()(places)


def hierarchical(features: Mapping[str, Features], width: int = 64) -> Any:
    r"""Domains joined at every stage, each join feeding the next (arXiv 2404.15022).

    ``j_k = relu(W_k [mean(s_1^k), ..., mean(s_n^k), j_(k-1)] + b_k)`` over the stages ``k``, where
    ``s_i^k`` is domain ``i``'s feature map; the last join comes out.

    Returns:
        ``[batch, width]``.

    Raises:
        ValueError: if the domains differ in their number of stages.

    Example:
        >>> import keras
        >>> stages = keras.Input((16, 8)), keras.Input((8, 16))
        >>> hierarchical({"time": Features(stages, None, None)}).shape
        (None, 64)
    """
    joins: list[Any] = []
    for stage in range(equal_depth(features)):
        parts = [pooled(one.stages[stage]) for one in features.values()] + joins[-1:]
        join = layers.Dense(width, "relu", name=f"fusion_join{stage + 1}")
        joins.append(join(layers.Concatenate()(parts)))
    return joins[-1]
