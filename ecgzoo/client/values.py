"""Values on their way to a server: arrays of any kind and bytes, as JSON."""

import base64
import json
import sys
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

LARGEST_FLOAT32 = 3.4028234663852886e38
Shape = tuple[int, int]  # samples, leads


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


def packed(values: Any) -> tuple[Shape, Sequence[bytes | memoryview]] | None:
    r"""Signals ``[batch, samples, leads]`` as float32 in little-endian bytes, and their shape.

    A number beyond float32 becomes infinite, and the model says so of its row. None for what is not
    signals of numbers and of one shape: whoever reads it as JSON says what is wrong with it.

    Example:
        >>> packed([[[0.5, 1]], [[2, 3]]])
        ((1, 2), [b'\x00\x00\x00?\x00\x00\x80?', b'\x00\x00\x00@\x00\x00@@'])
    """
    if _is_array(values) and len(values.shape) == 3 and len(values):
        samples, leads = values.shape[1:]
        whole, size = memoryview(_array_bytes(values)), 4 * samples * leads
        return (samples, leads), [whole[k * size : (k + 1) * size] for k in range(len(values))]
    try:
        rows = [_packed_row(row) for row in _listed(values)]
    except (TypeError, ValueError, OverflowError):  # such as text, or numbers of 400 digits
        return None
    shapes = {shape for shape, _ in rows}
    return (shapes.pop(), [row for _, row in rows]) if len(shapes) == 1 else None


def _is_array(value: Any) -> bool:
    """Whether it is like NumPy's, and of real numbers: text and dates become no numbers here."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return kind in ("f", "i", "u") and hasattr(value, "astype") and hasattr(value, "tobytes")


def _array_bytes(values: Any) -> bytes:
    if values.dtype.itemsize > 4 and (abs(values) > LARGEST_FLOAT32).any():
        return _bytes_of(array("f", values.ravel().tolist()))  # where astype would warn
    return bytes(values.astype("<f4").tobytes())


def _packed_row(row: Any) -> tuple[Shape, bytes]:
    if _is_array(row) and len(row.shape) == 2:
        return row.shape, _array_bytes(row)
    samples = _listed(row)
    if {*map(type, samples)} != {list}:
        samples = [_listed(sample) for sample in samples]
    (leads,) = set(map(len, samples))
    return (len(samples), leads), _bytes_of(array("f", list(chain.from_iterable(samples))))


def _listed(values: Any) -> Sequence[Any]:
    if isinstance(values, bytes | bytearray | memoryview):
        raise TypeError("expected numbers; got bytes")
    plain = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(plain, list | tuple):
        raise TypeError(f"expected a list; got {type(plain).__name__}")
    return plain


def _bytes_of(numbers: "array[float]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
