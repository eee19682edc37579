"""The gradient of a class's score: one small function per backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

Arrays = Mapping[str, np.ndarray]
# From named inputs, [batch, ...] each, to a score per class, [batch, classes].
Function = Callable[[dict[str, Any]], Any]
BATCH = 64


@dataclass(frozen=True, eq=False)
class Gradient:
    """A score and its slope.

    Attributes:
        scores: ``[n]``, of the class of each row.
        slopes: by input, of the input's shape.
    """

    scores: np.ndarray
    slopes: dict[str, np.ndarray]


def gradient(function: Function, inputs: Arrays, target: np.ndarray) -> Gradient:
    """The score of one class of each row, and its derivatives by the inputs.

    A flat lead's spectrum is zero, where an amplitude has no slope: such a slope counts as zero.

    Args:
        function: in which each row is answered by itself.
        inputs: ``[n, ...]`` each.
        target: int ``[n]``, the class of each row.

    Raises:
        ValueError: if a score is not finite, or the backend has no function here.

    Example:
        >>> square = lambda inputs: inputs["x"] ** 2
        >>> found = gradient(square, {"x": np.array([[3.0, 4.0]], "float32")}, np.array([1]))
        >>> found.scores.tolist(), found.slopes["x"].tolist()
        ([16.0], [[0.0, 8.0]])
    """
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise ValueError(f"gradients are taken in {' or '.join(_BACKENDS)}; Keras runs {backend}")
    parts = []
    for start in range(0, len(target), BATCH):
        rows = slice(start, start + BATCH)
        score = _of_class(function, np.asarray(target)[rows])
        parts.append(_BACKENDS[backend](score, {k: one[rows] for k, one in inputs.items()}))
    scores = np.concatenate([one for one, _ in parts])
    if not np.isfinite(scores).all():
        raise ValueError("a score is not finite: look for NaN in the inputs or the weights")
    slopes = {name: np.concatenate([found[name] for _, found in parts]) for name in inputs}
    return Gradient(scores, {k: np.where(np.isfinite(one), one, 0) for k, one in slopes.items()})


def _of_class(function: Function, target: np.ndarray) -> Callable[[dict[str, Any]], Any]:
    def score(inputs: dict[str, Any]) -> Any:
        return ops.take_along_axis(function(inputs), target[:, None], axis=1)[:, 0]

    return score


def _tensorflow(
    score: Callable[..., Any], inputs: Arrays
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    import tensorflow as tf

    tensors = {name: tf.convert_to_tensor(one) for name, one in inputs.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        scores = score(tensors)
    found = tape.gradient(scores, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return scores.numpy(), {name: one.numpy() for name, one in found.items()}


def _jax(score: Callable[..., Any], inputs: Arrays) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    import jax

    def total(tensors: dict[str, Any]) -> tuple[Any, Any]:
        scores = score(tensors)
        return scores.sum(), scores

    found, scores = jax.grad(total, has_aux=True)(dict(inputs))
    return np.asarray(scores), {name: np.asarray(one) for name, one in found.items()}


_BACKENDS = {"tensorflow": _tensorflow, "jax": _jax}
