"""sum: embeddings added up."""

from collections.abc import Mapping
from typing import Any

from keras import ops

from ecgzoo.features import Features
from ecgzoo.fusion.fused import aligned


def sum_(features: Mapping[str, Features]) -> Any:
    """The sum of the embeddings, element by element (arXiv 2404.15022, single-level fusion).

    Returns:
        ``[batch, channels]``.

    Example:
        >>> import keras
        >>> features = {name: Features((), None, keras.Input((64,))) for name in ("time", "image")}
        >>> sum_(features).shape
        (None, 64)
    """
    return ops.sum(aligned(features), axis=1)
