"""Integrated gradients: a score's rise from a baseline, shared out among the parts of an input."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.errors import UnknownNameError
from ecgzoo.fusion.output.vote import Vote
from ecgzoo.registry import unknown

Target = str | int | Sequence[int] | np.ndarray | None


def with_gradient(core: keras.Model) -> keras.Model:
    """The core itself; of one that counts votes, the mean of its branches' probabilities.

    A share of votes has no gradient, and jumps: nothing could sum to its rise.

    Example:
        >>> import ecgzoo
        >>> spec = ecgzoo.SignalSpec(("I", "II"), 250, 500)
        >>> core = ecgzoo.build("hybrid1", spec, 3, inputs="domains")
        >>> with_gradient(core) is core
        True
    """
    if not any(isinstance(layer, Vote) for layer in core.layers):
        return core
    branches = list(core.insides.branches.values())
    return keras.Model(core.input, ops.mean(ops.stack(branches), axis=0), name="mean_of_branches")


def targets(target: Target, probabilities: np.ndarray, classes: Sequence[str] = ()) -> np.ndarray:
    """The class to explain of each row, int ``[n]``.

    Args:
        target: a class's name or index, an index per row, or None for each row's most probable.
        probabilities: ``[n, classes]``.
        classes: the names; needed where ``target`` is one.

    Raises:
        UnknownNameError: if there is no such class; the message suggests the nearest.
        ValueError: if an index is none of a class, or there is another number than of rows.

    Example:
        >>> targets("MI", np.array([[0.9, 0.1], [0.2, 0.8]]), ["Normal", "MI"]).tolist()
        [1, 1]
        >>> targets(None, np.array([[0.9, 0.1], [0.2, 0.8]])).tolist()
        [0, 1]
    """
    rows, count = probabilities.shape
    if target is None:
        return probabilities.argmax(axis=1)
    if isinstance(target, str):
        if target not in classes:
            raise UnknownNameError(unknown("class", target, classes))
        target = list(classes).index(target)
    chosen = np.asarray(target)
    if chosen.ndim > 1 or chosen.size not in (1, rows) or not np.issubdtype(chosen.dtype, int):
        raise ValueError(f"expected a class, or one for each of {rows} rows; got {target!r}")
    if ((chosen < 0) | (chosen >= count)).any():
        raise ValueError(f"expected classes from 0 to {count - 1}; got {target!r}")
    return np.broadcast_to(chosen.reshape(-1), (rows,)).astype(np.int64)


Arrays = Mapping[str, np.ndarray]
# From named inputs, [batch, ...] each, to a score per class, [batch, classes].
Function = Callable[[dict[str, Any]], Any]
BATCH = 64


def gradient(
    function: Function, inputs: Arrays, target: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The score of one class of each row, and its derivatives by the inputs.

    A flat lead's spectrum is zero, where an amplitude has no slope: such a slope counts as zero.

    Args:
        function: in which each row is answered by itself.
        inputs: ``[n, ...]`` each.
        target: int ``[n]``, the class of each row.

    Returns:
        The scores ``[n]``, and by input the slopes, of its shape.

    Raises:
        ValueError: if a score is not finite, or the backend has no function here.

    Example:
        >>> x = {"x": np.array([[3.0, 4.0]], "float32")}
        >>> scores, slopes = gradient(lambda inputs: inputs["x"] ** 2, x, np.array([1]))
        >>> scores.tolist(), slopes["x"].tolist()
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
    return scores, {k: np.where(np.isfinite(one), one, 0) for k, one in slopes.items()}


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


def saliency(function: Function, inputs: Arrays, target: np.ndarray) -> dict[str, np.ndarray]:
    """|gradient| (Simonyan et al. 2013, arXiv 1312.6034): by input, of its shape, at least 0.

    Example:
        >>> square = lambda inputs: inputs["x"] ** 2
        >>> saliency(square, {"x": np.array([[-3.0]], "float32")}, np.array([0]))["x"].tolist()
        [[6.0]]
    """
    _, slopes = gradient(function, inputs, target)
    return {name: np.abs(one) for name, one in slopes.items()}


def gradient_x_input(
    function: Function, inputs: Arrays, target: np.ndarray
) -> dict[str, np.ndarray]:
    """Gradient x input (Shrikumar et al. 2016, arXiv 1605.01713): by input, of its shape, signed.

    Example:
        >>> square = lambda inputs: inputs["x"] ** 2
        >>> x = {"x": np.array([[-3.0]], "float32")}
        >>> gradient_x_input(square, x, np.array([0]))["x"].tolist()
        [[18.0]]
    """
    _, slopes = gradient(function, inputs, target)
    return {name: one * inputs[name] for name, one in slopes.items()}


STEPS = 128


def integrated_gradients(
    function: Function,
    inputs: Arrays,
    target: np.ndarray,
    baseline: Arrays,
    steps: int = STEPS,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    r"""Shares out ``f(x) - f(x')`` (Sundararajan et al. 2017, arXiv 1703.01365, equation 1).

    ``(x_i - x'_i)`` times the mean of ``df / dx_i`` on the straight line from the baseline ``x'``
    to ``x``, by Gauss-Legendre quadrature in the root of the way: its points crowd near ``x'``,
    where logarithmic domains change most. With many inputs the line leads through all at once.

    Args:
        function: from named inputs to a score per class.
        inputs: ``[n, ...]`` each.
        target: int ``[n]``, the class of each row.
        baseline: ``[1, ...]`` or ``[n, ...]`` each: what stands for nothing.
        steps: points on the line.

    Returns:
        By input, signed, of its shape; and ``f(x) - f(x')``, ``[n]``. Over all inputs a row's
        shares sum to it (completeness), but for the error of the quadrature.

    Raises:
        ValueError: if there are no steps.

    Example:
        >>> product = lambda inputs: inputs["x"][:, :1] * inputs["x"][:, 1:]
        >>> x, zero = np.array([[3.0, 4.0]], "float32"), np.zeros((1, 2), "float32")
        >>> maps, rise = integrated_gradients(product, {"x": x}, np.array([0]), {"x": zero})
        >>> maps["x"].round(3).tolist(), rise.tolist()
        ([[6.0, 6.0]], [12.0])
    """
    if steps < 1:
        raise ValueError(f"expected at least 1 step; got {steps}. {STEPS} are usual.")
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    roots = (nodes + 1) / 2
    places, shares = (roots**2).astype("float32"), weights * roots
    start = {name: np.broadcast_to(baseline[name], one.shape) for name, one in inputs.items()}

    def mean_slope(row: int) -> dict[str, np.ndarray]:
        """One row's on its line, whose points are answered as a batch."""
        line = {}
        for name, one in inputs.items():
            along = places.reshape(-1, *[1] * (one.ndim - 1))
            line[name] = start[name][row] + along * (one[row] - start[name][row])
        _, slopes = gradient(function, line, np.full(len(places), target[row]))
        return {name: np.tensordot(shares, one, axes=1) for name, one in slopes.items()}

    mean = [mean_slope(row) for row in range(len(target))]
    maps = {
        name: np.stack([one[name] for one in mean]) * (inputs[name] - start[name])
        for name in inputs
    }
    ends = [gradient(function, one, target)[0] for one in (inputs, start)]
    return maps, ends[0] - ends[1]
