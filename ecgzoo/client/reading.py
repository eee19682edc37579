"""Reads a server's JSON as answers; whatever it lacks raises as lists and dictionaries do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecgzoo.client.answers import Contract, Embedding, Prediction, Saliency, Version

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
    return [Embedding(_vectors(row), row["status"]) for row in rows_of(outputs)]


def _vectors(row: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(vector) for name, vector in row.items() if name != "status"}


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


def signatures_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The signatures in the answer to a question for the metadata, without TensorFlow's own."""
    signatures = content["metadata"]["signature_def"]["signature_def"]
    return {name: one for name, one in signatures.items() if not name.startswith("__")}


def rows_of(outputs: Outputs) -> Iterator[dict[str, Any]]:
    """The outputs, row by row."""
    for values in zip(*outputs.values(), strict=True):
        yield dict(zip(outputs, values, strict=True))
