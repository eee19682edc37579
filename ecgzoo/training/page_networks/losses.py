"""What page networks are to make small."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from ecgzoo.pages.sheets.drawing import KINDS, PULSE, TRACE

Tensor = Any

BLUR, BLUR_OF_SLOPE = 0.8, 0.15  # rows: the standard deviation of where a trace may be told to be
OFF_WEIGHT, MOST_OFF = 0.15, 60.0
SLOPE_WEIGHT, MOST_SLOPE = 0.7, 20.0  # QRS complexes are a few columns of a hundred
KIND_WEIGHTS = np.array(
    [{TRACE: 0.7, PULSE: 2.0}.get(kind, 8.0) if kind else 0.15 for kind in range(KINDS)], "float32"
)
"""Most of a sheet is paper; names are small."""


def row_loss(target: Tensor, logits: Tensor) -> Tensor:
    """Cross-entropy of the trace's place in each column, and how far the mean place is off.

    Steep columns weigh more, and may be told less sharply.

    Args:
        target: ``[batch, columns]``, rows of the crop; -1 where no trace is, -2 where not asked.
        logits: ``[batch, rows, columns]``; beside them stands a 0 for no trace.

    Returns:
        Scalar.
    """
    place = np.arange(logits.shape[1], dtype="float32")[None, :, None]
    present = ops.cast(target >= 0, logits.dtype)
    slope = _slope(target)
    wide = BLUR + BLUR_OF_SLOPE * slope[:, None]
    blurred = ops.exp(-(((place - target[:, None]) / wide) ** 2) / 2)
    blurred = blurred / (ops.sum(blurred, axis=1, keepdims=True) + 1e-6) * present[:, None]
    wanted = ops.concatenate([blurred, (1 - present)[:, None]], axis=1)
    full = ops.concatenate([logits, ops.zeros_like(logits[:, :1])], axis=1)
    entropy = -ops.sum(wanted * ops.log_softmax(full, axis=1), axis=1)
    mean = ops.sum(ops.softmax(logits, axis=1) * place, axis=1)
    off = ops.minimum(ops.abs(mean - target), MOST_OFF) * present
    weight = (1 + SLOPE_WEIGHT * slope) * ops.cast(target > -1.5, logits.dtype)
    return ops.sum((entropy + OFF_WEIGHT * off) * weight) / ops.sum(weight)


def _slope(target: Tensor) -> Tensor:
    """Rows per column of a trace, 0 where it or a neighbour is not there."""
    ahead = ops.concatenate([target[:, 1:], target[:, -1:]], axis=1)
    before = ops.concatenate([target[:, :1], target[:, :-1]], axis=1)
    known = ops.logical_and(ops.minimum(ahead, before) >= 0, target >= 0)
    return ops.where(known, ops.minimum(ops.abs(ahead - before) / 2, MOST_SLOPE), 0.0)


def print_loss(target: Tensor, logits: Tensor) -> Tensor:
    """Cross-entropy of the kinds of print, weighted by ``KIND_WEIGHTS``.

    Args:
        target: int ``[batch, rows, columns]``.
        logits: ``[batch, rows, columns, kinds]``.

    Returns:
        Scalar.
    """
    wanted = ops.one_hot(target, KINDS, dtype=logits.dtype)
    weight = ops.sum(wanted * KIND_WEIGHTS, axis=-1)
    entropy = -ops.sum(wanted * ops.log_softmax(logits, axis=-1), axis=-1)
    return ops.sum(entropy * weight) / ops.sum(weight)
