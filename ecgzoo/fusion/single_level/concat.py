"""concat: embeddings side by side, the fusion of arXiv 2508.00963."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import layers

from ecgzoo.encoders.features import Features


def concat(features: Mapping[str, Features]) -> Any:
    """Concatenates the domains' embeddings in the order given.

    Returns:
        ``[batch, sum of channels]``.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.conv1d import conv1d
        >>> features = {name: conv1d(keras.Input((512, 12)), name) for name in ("time", "other")}
        >>> concat(features).shape
        (None, 128)
    """
    return layers.Concatenate(name="fusion")([one.vector for one in features.values()])
