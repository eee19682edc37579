"""Requests: an example for each signature as the JSON that a model server's REST API takes."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.folder import EXTRA, WARM_UP
from ecgzoo.exporting.signatures import STRICT
from ecgzoo.exporting.signatures.signature import CLASSIFY, Signature

FOLDER = "requests"


def write_requests(asked: Mapping[str, Signature], extra: Path) -> None:
    """Writes ``requests/<signature>.json`` into a version's ``assets.extra``.

    ``curl -d @FILE http://localhost:8501/v1/models/NAME:predict`` sends one; those of a signature
    for the Classify API go to ``:classify``. Strict variants take the same.
    """
    folder = extra / FOLDER
    folder.mkdir()
    plain = {name: one for name, one in asked.items() if name not in STRICT.values()}
    for name, signature in plain.items():
        content = json.dumps(_request_of(name, signature), separators=(",", ":"))
        (folder / f"{name}.json").write_text(content + "\n", encoding="utf-8")


def _request_of(name: str, signature: Signature) -> dict[str, Any]:
    """The first row of a signature's example, as JSON-ready content of a request."""
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


MISSING = "no warm-up: pip install 'ecgzoo[serve]'"


# What clients of ecgzoo ask. A second or two of a server's time each, before it serves a version;
# the rest takes its second when it is asked first.
WARMED = ("serving_default", "signal_bytes", "resampled", "image", "classify", "contract")


def write_warm_up(version: Path, signatures: Mapping[str, Signature], model: str) -> bool:
    """Writes a request of one row to each signature of ``WARMED``, where servers look for them.

    Args:
        version: folder of the SavedModel.
        signatures: what it can be asked.
        model: its name on the server.

    Returns:
        Whether they were written: it takes the package tensorflow-serving-api.
    """
    try:
        from tensorflow_serving.apis import prediction_log_pb2
    except ImportError:
        return False
    with tf.io.TFRecordWriter(str(version / EXTRA / WARM_UP)) as writer:
        for name in (one for one in WARMED if one in signatures):
            signature = signatures[name]
            log = prediction_log_pb2.PredictionLog()
            fill = _classify if signature.method == CLASSIFY else _predict
            request = fill(log, signature)
            request.model_spec.name = model
            request.model_spec.signature_name = name
            writer.write(log.SerializeToString(deterministic=True))
    return True


def _predict(log: Any, signature: Signature) -> Any:
    request = log.predict_log.request
    for name, value in signature.example.items():
        request.inputs[name].CopyFrom(_smallest(value[:1]))
    return request


def _smallest(row: np.ndarray) -> Any:
    """A row as a TensorProto: of a signal or domain a pulse, since the last number is repeated."""
    if row.ndim > 1 and row.dtype == np.float32:
        return tf.make_tensor_proto([1.0, 0.0], tf.float32, row.shape)
    return tf.make_tensor_proto(row)


def _classify(log: Any, signature: Signature) -> Any:
    """The server asks signatures for Classify with examples, which it serializes itself."""
    request = log.classify_log.request
    for row in signature.example["inputs"][:1]:
        request.input.example_list.examples.add().ParseFromString(row)
    return request
