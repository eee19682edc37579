"""in_batches: what a model or layer makes of many records, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

BATCH = 64


def in_batches(answer: Callable[[Any], Any], inputs: Any) -> Any:
    """Asks about all records, and joins the answers.

    Args:
        answer: takes some records and answers each by itself, such as a layer.
        inputs: arrays ``[n, ...]``: one, or several by name.

    Returns:
        What ``answer`` gives, as numpy arrays ``[n, ...]``: one, or several by name.

    Example:
        >>> found = in_batches(lambda x: {"sum": x.sum(axis=1)}, np.ones((100, 3)))
        >>> found["sum"].shape, float(found["sum"].max())
        ((100,), 3.0)
    """
    count = len(keras.tree.flatten(inputs)[0])
    parts = []
    for start in range(0, count, BATCH):
        rows = slice(start, start + BATCH)
        found = answer(keras.tree.map_structure(lambda one, rows=rows: one[rows], inputs))
        parts.append(keras.tree.map_structure(np.asarray, found))
    return keras.tree.map_structure(lambda *several: np.concatenate(several), *parts)
