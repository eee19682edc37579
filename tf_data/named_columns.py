"""Signals in pandas' tables: their leads by the names of the columns, not by their place."""

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.lead_names import picked
from tf_data.notes import Notes


def is_table(signal: Any) -> bool:
    """Whether it is a DataFrame, of pandas or its kin."""
    return hasattr(signal, "columns") and hasattr(signal, "to_numpy")


def by_name(
    signal: Any, leads: Sequence[str], where: str = "the table"
) -> tuple[np.ndarray, tuple[str, ...]]:
    """A signal ``[samples, leads]``, and what was assumed of its leads.

    Args:
        signal: a DataFrame, whose columns are picked by their names if they have any; or what makes
            an array, which is taken as it is.
        leads: wanted, in this order.
        where: what it is, for messages.

    Raises:
        SignalError: if a column is missing, stands there twice, or has no text for a name.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"II": [0.5, 0.6], "I": [0.1, 0.2]})
        >>> by_name(table, ["I", "II"])[0].tolist()
        [[0.1, 0.5], [0.2, 0.6]]
    """
    if not is_table(signal):
        return np.asarray(signal), ()
    columns = list(signal.columns)
    array = np.asarray(signal.to_numpy())
    if columns and all(isinstance(name, Integral) for name in columns):
        return array, ()  # numbered, as pandas does where nobody names them
    if odd := [name for name in columns if not isinstance(name, str)]:
        raise SignalError(
            f"expected the names of leads, such as 'II', over all columns of {where}, or over "
            f"none; got {odd[0]!r}. Name its columns, table.columns = [...]."
        )
    found, notes = picked(array, columns, leads, where)
    return (found.astype(np.float64) if found.dtype.kind == "O" else found), notes


def each_by_name(
    signals: Iterable[Any], leads: Sequence[str], names: Sequence[str], notes: Notes
) -> list[np.ndarray]:
    """The same of several signals; what was assumed is put into the notes, by the signal's name.

    Raises:
        SignalError: as :func:`by_name`, with the name.
    """
    found = []
    for name, signal in zip(names, signals, strict=True):
        array, said = by_name(signal, leads, name)
        notes.add(name, said)
        found.append(array)
    return found
