"""A server's answer as values. Whatever it holds, wrong kinds and numbers of rows are errors.

So is what no model answers: probabilities beyond 0 and 1, a temperature of 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecgzoo.client.answers import Contract, Embedding, Prediction, Saliency, Version
from ecgzoo.client.strict_json import json_in

NUMBERS = {int, float}
ROUNDED = 1e-5  # by which a probability of 32 bits may be beyond 0 or 1


def predictions_of(outputs: object, count: int) -> list[Prediction]:
    """The rows of a classifying signature's answer."""
    rows = list(_rows_of(outputs, count))
    classes = _texts(rows[0]["labels"])
    if len(set(classes)) != len(classes) or any(row["labels"] != [*classes] for row in rows):
        raise ValueError("expected the same classes in every row, each once")
    return [_prediction(row, classes) for row in rows]


def _prediction(row: Mapping[str, Any], classes: tuple[str, ...]) -> Prediction:
    shares = dict(zip(classes, _probabilities(row["probabilities"]), strict=True))
    one = Prediction(
        shares,
        _text(row["label"]),
        _probability(row["score"]),
        _text(row["status"]),
        _whole(row.get("windows", 1)),
    )
    if one.ok and one.label not in shares:
        raise ValueError("expected a label that is one of the classes")
    if one.ok and max(shares.values()) <= 0:
        raise ValueError("expected a class whose probability is above 0 in a row that is ok")
    return one


def contract_of(outputs: object, count: int) -> Contract:
    """The row of the signature ``contract``."""
    row = next(_rows_of(outputs, count))
    return Contract.from_dict(_checked_contract(json_in(_text(row["contract"]))))


def _checked_contract(told: dict[str, Any]) -> dict[str, Any]:
    """The same, if its fields are of their kinds."""
    spec = told["spec"]
    for text in (told["model"], spec["unit"], told.get("label", "")):
        _text(text)
    for texts in (spec["leads"], told["classes"], told.get("fitted", []), told.get("applied", [])):
        _texts(texts)
    for flag in (spec["simultaneous"], told["multi_label"], told["leaky"]):
        if not isinstance(flag, bool):
            raise TypeError("expected true or false")
    for number in (spec["sampling_rate"], told.get("temperature", 1.0), _whole(spec["samples"])):
        if _number(number) <= 0:
            raise ValueError("expected a rate, a length and a temperature above 0")
    _numbers(list((told.get("thresholds") or {}).values()))
    return told


def embeddings_of(outputs: object, count: int) -> list[Embedding]:
    """The rows of the signature ``embedding``."""
    return [
        Embedding(
            {name: _numbers(x) for name, x in row.items() if name != "status"},
            _text(row["status"]),
        )
        for row in _rows_of(outputs, count)
    ]


def saliencies_of(outputs: object, count: int) -> list[Saliency]:
    """The rows of the signature ``saliency``."""
    return [
        Saliency(
            tuple(map(_numbers, _list(row["saliency"]))),
            _text(row["label"]),
            _probability(row["score"]),
            _text(row["status"]),
        )
        for row in _rows_of(outputs, count)
    ]


def outputs_of(outputs: object) -> dict[str, Any]:
    """Any signature's answer; servers leave out the name of an output that is alone."""
    if not isinstance(outputs, dict) or not outputs:
        raise TypeError("expected outputs by name")
    return outputs


def versions_of(content: Mapping[str, Any]) -> list[Version]:
    """The versions in the answer to a question for the status, the newest first."""
    versions = [
        Version(
            _version(one["version"]),
            _text(one["state"]),
            _text(one.get("status", {}).get("error_message", "")),
        )
        for one in _list(content["model_version_status"])
    ]
    return sorted(versions, key=lambda version: -version.number)


def version_in(content: Mapping[str, Any]) -> int:
    """The version whose metadata these are."""
    return _version(content["model_spec"]["version"])


def signatures_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The signatures in the answer to a question for the metadata, without TensorFlow's own."""
    signatures = content["metadata"]["signature_def"]["signature_def"]
    return {name: one for name, one in signatures.items() if not name.startswith("__")}


def _rows_of(outputs: object, count: int) -> Iterator[dict[str, Any]]:
    """The outputs, row by row; as many as were asked for."""
    named = outputs_of(outputs)
    if any(len(_list(values)) != count for values in named.values()):
        raise ValueError(f"expected outputs of {count} rows")
    for values in zip(*named.values(), strict=True):
        yield dict(zip(named, values, strict=True))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _number(value: object) -> float:
    return _numbers([value])[0]


def _numbers(value: object) -> tuple[float, ...]:
    numbers = _list(value)
    if not NUMBERS.issuperset(map(type, numbers)):  # not isinstance: a bool is an int
        raise TypeError("expected numbers")
    return tuple(map(float, numbers))


def _probability(value: object) -> float:
    return _probabilities([value])[0]


def _probabilities(value: object) -> tuple[float, ...]:
    numbers = _numbers(value)
    if not all(-ROUNDED <= one <= 1 + ROUNDED for one in numbers):
        raise ValueError("expected probabilities from 0 to 1")
    return numbers


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("expected a whole number")
    return value


def _version(value: object) -> int:
    number = int(_text(value))
    if not 0 <= number < 2**63:
        raise ValueError("expected a version of 64 bits")
    return number
