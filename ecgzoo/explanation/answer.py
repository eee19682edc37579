"""The answer that is explained: a core's, or where that has no gradient, one that has."""

from __future__ import annotations

from collections.abc import Sequence

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
