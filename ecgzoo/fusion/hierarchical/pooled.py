"""pooled: a feature map's mean over all its places."""

from __future__ import annotations

from typing import Any

from keras import layers


def pooled(feature_map: Any) -> Any:
    """``[batch, channels]`` from ``[batch, ..., channels]``.

    Example:
        >>> import keras
        >>> pooled(keras.Input((6, 8, 32))).shape, pooled(keras.Input((9, 16))).shape
        ((None, 32), (None, 16))
    """
    places = layers.Reshape((-1, feature_map.shape[-1]))(feature_map)
    return layers.GlobalAveragePooling1D()(places)
