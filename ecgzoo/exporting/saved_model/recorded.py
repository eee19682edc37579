"""Recorded answers: what a version was asked and what it answered before it was exported.

``assets.extra/recorded.npz`` holds a request to every signature, and what was answered: an array
per input and output, called ``<signatures>/inputs/<name>`` and ``<signatures>/answer/<name>``.
Signatures that share an array are joined by ``+``, so that each is stored once. Inputs that are
bytes have an array of uint8 per row, ``<signatures>/bytes/<name>/<row>``: nothing needs pickle.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.exporting.signatures.signature import Signature
from ecgzoo.models.core import PROBABILITIES

DEFAULT = "serving_default"


def write_recorded(version: Path, signatures: Mapping[str, Signature], model: keras.Model) -> None:
    """Asks every signature its example, op by op and without the exported graph.

    Strict variants have the example of the signature that they are made of, and its answer.
    """
    same: dict[int, list[str]] = {}
    for name, one in signatures.items():
        same.setdefault(id(one.example), []).append(name)
    found: list[tuple[list[str], str, np.ndarray]] = []
    for names in same.values():
        one = signatures[names[0]]
        with as_written():
            answer = answer_of(one)
        if DEFAULT in names:
            # Keras itself, where it can be asked.
            answer[PROBABILITIES] = np.asarray(model(one.example["signal"], training=False))
        found += ((names, place, value) for place, value in _inputs(one.example))
        found += ((names, f"answer/{output}", value) for output, value in answer.items())
    np.savez_compressed(version / EXTRA / RECORDED, **_shared(found))  # type: ignore[arg-type]


@contextlib.contextmanager
def as_written() -> Iterator[None]:
    """Graph functions that are asked but once are not optimised, which takes longer than asking."""
    optimizer, key = tf.config.optimizer, "disable_meta_optimizer"
    before = optimizer.get_experimental_options().get(key, False)
    optimizer.set_experimental_options({key: True})
    try:
        yield
    finally:
        optimizer.set_experimental_options({key: before})


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


def _inputs(example: Mapping[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in example.items():
        if value.dtype != object:
            yield f"inputs/{name}", value
            continue
        for row, content in enumerate(value):
            yield f"bytes/{name}/{row}", np.frombuffer(content, np.uint8)


def _shared(found: Iterable[tuple[list[str], str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Each array once, under the names of all signatures that have it in the same place."""
    users: dict[tuple[Any, ...], list[str]] = {}
    arrays: dict[tuple[Any, ...], np.ndarray] = {}
    for names, place, value in found:
        content = (place, value.dtype.str, value.shape, value.tobytes())
        users.setdefault(content, []).extend(names)
        arrays[content] = value
    return {f"{'+'.join(users[key])}/{key[0]}": value for key, value in arrays.items()}
