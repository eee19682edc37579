"""Presence: which domains a record has, and shares among those that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

from ecgzoo.encoders.features import Features

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
