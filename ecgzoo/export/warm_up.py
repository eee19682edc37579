"""Warm-up: requests that TensorFlow Serving answers while it loads a version.

Without them the first client of each signature waits until its graph is optimized. What is asked
does not matter for that, as long as it is answered: signals are a pulse, which takes a few bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.export.beside_graph import EXTRA, WARM_UP
from ecgzoo.export.signatures.signature import CLASSIFY, Signature

MISSING = "no warm-up: pip install 'ecgzoo[serve]'"


def write_warm_up(version: Path, signatures: Mapping[str, Signature], model: str) -> bool:
    """Writes a request of one row to every signature, where servers look for them.

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
        request.inputs[name].CopyFrom(_smallest(value[:1]))
    return request


def _smallest(row: np.ndarray) -> Any:
    """A row as a TensorProto: of a signal or domain a pulse, since the last number is repeated.

    Example:
        >>> proto = _smallest(np.ones((1, 488, 12), np.float32))
        >>> proto.float_val, tf.make_ndarray(proto).shape
        ([1.0, 0.0], (1, 488, 12))
    """
    if row.ndim > 1 and row.dtype == np.float32:
        return tf.make_tensor_proto([1.0, 0.0], tf.float32, row.shape)
    return tf.make_tensor_proto(row)


def _classify(log: Any, signature: Signature) -> Any:
    """The server asks signatures for Classify with examples, which it serializes itself."""
    request = log.classify_log.request
    for row in signature.example["inputs"][:1]:
        request.input.example_list.examples.add().ParseFromString(row)
    return request
