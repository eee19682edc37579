"""concat: embeddings side by side, the fusion of arXiv 2508.00963."""

from collections.abc import Mapping
from typing import Any

from keras import layers

from ecgzoo.features import Features


def concat(features: Mapping[str, Features]) -> Any:
    """The embeddings side by side, in the order given: the fusion of arXiv 2508.00963.

    Returns:
        ``[batch, sum of channels]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((64,))) for name in ("time", "image")}
        >>> concat(features).shape
        (None, 128)
    """
    return layers.Concatenate(name="fusion")([one.vector for one in features.values()])
