"""Values on their way to a server: arrays of any kind and bytes, as JSON."""

import base64
import json
from collections.abc import Sequence
from typing import Any


def encoded(content: object) -> bytes:
    """JSON in which arrays are lists and bytes ``{"b64": "..."}``, as TensorFlow Serving reads it.

    NaN is sent as it is: the model says which row holds it.

    Raises:
        TypeError: if something is no number, text, bytes, list, or array.

    Example:
        >>> encoded({"signal": [[0.5, 1]], "page": b"JPEG"})
        b'{"signal": [[0.5, 1]], "page": {"b64": "SlBFRw=="}}'
    """
    return json.dumps(content, default=_plain).encode()


def _plain(value: Any) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"b64": base64.b64encode(value).decode()}
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(
        f"expected numbers in lists, an array, or bytes; got {type(value).__name__}. "
        "Convert it to lists first."
    )


def rows_in(values: Any, what: str) -> list[Any]:
    """A batch as a list of its rows.

    Raises:
        ValueError: if it holds none, or is no list or array.
    """
    if isinstance(values, bytes | bytearray | memoryview | str):
        raise ValueError(f"expected a list of {what}; got a single one. Put it into a list.")
    rows = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(rows, list | tuple):
        raise ValueError(f"expected a list or an array of {what}; got {type(values).__name__}")
    if not rows:
        raise ValueError(f"expected at least one of the {what}; got none")
    return list(rows)


def signals_in(values: Any) -> list[Any]:
    """A batch of signals ``[batch, samples, leads]`` as a list of them.

    Raises:
        ValueError: if it has no rows, or fewer or more axes, as a single signal has.

    Example:
        >>> signals_in([[0.1, 0.2], [0.3, 0.4]])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: expected signals [batch, samples, leads]; got 2 axes. ...
    """
    rows = rows_in(values, "signals")
    axes = 1 + _axes(rows[0])
    if axes != 3:
        raise ValueError(
            f"expected signals [batch, samples, leads]; got {axes} axes. A single one goes into a "
            "list: [signal]; a single lead is [samples, 1]."
        )
    return rows


def _axes(value: Any) -> int:
    plain = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(plain, list | tuple):
        return 0
    return 1 + (_axes(plain[0]) if plain else 0)


def padded(signals: Sequence[Any]) -> tuple[list[list[Any]], list[int]]:
    """Signals of different lengths as rows of one length, and the length of each.

    The first sample fills up: padding is not looked at.

    Raises:
        ValueError: if a signal has no samples.

    Example:
        >>> padded([[[1, 2]], [[3, 4], [5, 6]]])
        ([[[1, 2], [1, 2]], [[3, 4], [5, 6]]], [1, 2])
    """
    rows = [rows_in(signal, "samples of a signal") for signal in signals]
    most = max(map(len, rows))
    return [row + [row[0]] * (most - len(row)) for row in rows], [len(row) for row in rows]
