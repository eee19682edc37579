"""Requests: an example for each signature as the JSON that a model server's REST API takes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.export.signatures import STRICT
from ecgzoo.export.signatures.signature import CLASSIFY, Signature

FOLDER = "requests"


def write_requests(asked: Mapping[str, Signature], extra: Path) -> None:
    """Writes ``requests/<signature>.json`` into a version's ``assets.extra``.

    ``curl -d @FILE http://localhost:8501/v1/models/NAME:predict`` sends one; those of a signature
    for the Classify API go to ``:classify``. Strict variants take the same.
    """
    folder = extra / FOLDER
    folder.mkdir()
    plain = {name: one for name, one in asked.items() if not name.endswith(STRICT)}
    for name, signature in plain.items():
        content = json.dumps(request_of(name, signature), separators=(",", ":"))
        (folder / f"{name}.json").write_text(content + "\n", encoding="utf-8")


def request_of(name: str, signature: Signature) -> dict[str, Any]:
    """The first row of a signature's example, as JSON-ready content of a request.

    Example:
        >>> signature = Signature(print, [], {"signal": np.array([[0.12], [1.0]], np.float32)})
        >>> request_of("serving_default", signature)
        {'signature_name': 'serving_default', 'inputs': {'signal': [[0.12]]}}
    """
    if signature.method == CLASSIFY:
        return {"signature_name": name, "examples": [_features(signature.example["inputs"][0])]}
    inputs = {key: _readable(rows[:1]) for key, rows in signature.example.items()}
    return {"signature_name": name, "inputs": inputs}


def _features(serialized: bytes) -> dict[str, list[float]]:
    """A ``tf.Example`` of numbers as the REST API takes it: it serializes it again."""
    features = tf.train.Example.FromString(serialized).features.feature
    return {
        name: _shortest(np.array(one.float_list.value, np.float32))
        for name, one in features.items()
    }


def _readable(rows: np.ndarray) -> Any:
    if rows.dtype == object:
        return [{"b64": base64.b64encode(row).decode()} for row in rows]
    if np.issubdtype(rows.dtype, np.floating):
        return _shortest(rows)
    return rows.tolist()


def _shortest(numbers: np.ndarray) -> Any:
    """As nested lists of the shortest decimals that give the same float32."""
    return numbers.astype(str).astype(float).tolist()
