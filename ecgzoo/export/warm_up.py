"""Warm-up: requests that TensorFlow Serving answers while it loads a version.

Without them the first client of each signature waits until its graph is optimized.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from ecgzoo.export.beside_graph import EXTRA, WARM_UP
from ecgzoo.export.signatures.signature import CLASSIFY, Signature

MISSING = "no warm-up: pip install 'ecgzoo[serve]'"


def write_warm_up(version: Path, signatures: Mapping[str, Signature], model: str) -> bool:
    """Writes a request to every signature, its example's first row, where servers look for them.

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
        for name, signature in signatures.items():
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
        request.inputs[name].CopyFrom(tf.make_tensor_proto(value[:1]))
    return request


def _classify(log: Any, signature: Signature) -> Any:
    """The server asks signatures for Classify with examples, which it serializes itself."""
    request = log.classify_log.request
    for row in signature.example["inputs"][:1]:
        request.input.example_list.examples.add().ParseFromString(row)
    return request
