"""Values on their way to a server: arrays of any kind and bytes, as JSON."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecgzoo.client.answers import Contract, Embedding, Prediction, Saliency, Version


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


Outputs = Mapping[str, Sequence[Any]]


def predictions_of(outputs: Outputs) -> list[Prediction]:
    """The rows of a classifying signature's answer."""
    return [
        Prediction(
            dict(zip(row["labels"], row["probabilities"], strict=True)),
            row["label"],
            row["score"],
            row["status"],
            row.get("windows", 1),
        )
        for row in rows_of(outputs)
    ]


def contract_of(outputs: Outputs) -> Contract:
    """The row of the signature ``contract``."""
    return Contract.from_dict(json.loads(outputs["contract"][0]))


def embeddings_of(outputs: Outputs) -> list[Embedding]:
    """The rows of the signature ``embedding``."""
    return [
        Embedding({name: tuple(x) for name, x in row.items() if name != "status"}, row["status"])
        for row in rows_of(outputs)
    ]


def saliencies_of(outputs: Outputs) -> list[Saliency]:
    """The rows of the signature ``saliency``."""
    return [
        Saliency(tuple(map(tuple, row["saliency"])), row["label"], row["score"], row["status"])
        for row in rows_of(outputs)
    ]


def versions_of(content: Mapping[str, Any]) -> list[Version]:
    """The versions in the answer to a question for the status, the newest first."""
    versions = [
        Version(int(one["version"]), one["state"], one.get("status", {}).get("error_message", ""))
        for one in content["model_version_status"]
    ]
    return sorted(versions, key=lambda version: -version.number)


def version_in(content: Mapping[str, Any]) -> int:
    """The version whose metadata these are."""
    return int(content["model_spec"]["version"])


def signatures_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The signatures in the answer to a question for the metadata, without TensorFlow's own."""
    signatures = content["metadata"]["signature_def"]["signature_def"]
    return {name: one for name, one in signatures.items() if not name.startswith("__")}


def rows_of(outputs: Outputs) -> Iterator[dict[str, Any]]:
    """The outputs, row by row."""
    for values in zip(*outputs.values(), strict=True):
        yield dict(zip(outputs, values, strict=True))
