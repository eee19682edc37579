"""Recorded answers: a request to every signature, and what was answered before the export.

``assets.extra/recorded.npz`` has an array per input and output, called
``<signatures>/inputs/<name>`` and ``<signatures>/answer/<name>``; signatures that are asked and
answer the same are joined by ``+``. Inputs that are bytes have an array of uint8 per row,
``<signatures>/bytes/<name>/<row>``, so that nothing in the file needs pickle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.export.beside_graph import EXTRA, RECORDED
from ecgzoo.export.signatures.signature import Signature
from ecgzoo.models.views import PROBABILITIES

DEFAULT = "serving_default"


def write_recorded(version: Path, signatures: Mapping[str, Signature], model: keras.Model) -> None:
    """Asks every signature its example, op by op and without the exported graph.

    Strict variants have the example of the signature that they are made of, and its answer.
    """
    same: dict[int, list[str]] = {}
    for name, one in signatures.items():
        same.setdefault(id(one.example), []).append(name)
    arrays: dict[str, np.ndarray] = {}
    for names in same.values():
        key, one = "+".join(names), signatures[names[0]]
        answer = answer_of(one)
        if DEFAULT in names:
            # Keras itself, where it can be asked.
            answer[PROBABILITIES] = np.asarray(model(one.example["signal"], training=False))
        arrays |= dict(_inputs(key, one.example))
        arrays |= {f"{key}/answer/{name}": value for name, value in answer.items()}
    np.savez_compressed(version / EXTRA / RECORDED, **arrays)  # type: ignore[arg-type]


def answer_of(signature: Signature) -> dict[str, np.ndarray]:
    """What a signature answers to its example; strings as arrays of bytes."""
    example = {name: tf.constant(value) for name, value in signature.example.items()}
    answer = signature.ask(*(_argument(one, example) for one in signature.takes))
    shown = {name: one.numpy() for name, one in answer.items() if name not in signature.hidden}
    return {name: one.astype("S") if one.dtype == object else one for name, one in shown.items()}


def _argument(takes: Any, example: Mapping[str, tf.Tensor]) -> Any:
    if isinstance(takes, dict):
        return {name: example[name] for name in takes}
    return example[takes.name]


def _inputs(key: str, example: Mapping[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in example.items():
        if value.dtype != object:
            yield f"{key}/inputs/{name}", value
            continue
        for row, content in enumerate(value):
            yield f"{key}/bytes/{name}/{row}", np.frombuffer(content, np.uint8)
