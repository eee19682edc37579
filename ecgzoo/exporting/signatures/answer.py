"""Answer: probabilities as a client wants them, and zeros for rows that cannot be answered."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.signatures.signature import STATUS, Answer
from ecgzoo.exporting.signatures.status import OK
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.signal_spec import SignalSpec


def checked_signal(signal: tf.Tensor, spec: SignalSpec) -> tf.Tensor:
    """The signal with a static shape; a request of another shape fails, told the contract."""
    contract = (
        f": {spec.seconds:g} s at {spec.sampling_rate:g} Hz of the leads "
        f"{', '.join(spec.leads)}, in {spec.unit}"
    )
    return checked("signal", signal, spec.shape, contract)


def checked(name: str, tensor: tf.Tensor, shape: tuple[Any, ...], contract: str = "") -> tf.Tensor:
    """The tensor with a static shape; a request of another shape fails with a sentence.

    A declared shape would let TensorFlow drop the check as always true: so signatures declare none.

    Args:
        name: of the input.
        tensor: ``[batch, *shape]``.
        shape: what one row should have; a name instead of a number stands for any length.
        contract: what the sentence ends with.
    """
    said = f"expected {name} [{', '.join(map(str, ('batch', *shape)))}]{contract}"
    fixed = [axis for axis, size in enumerate(shape, 1) if isinstance(size, int)]
    sizes = [shape[axis - 1] for axis in fixed]
    found = tf.shape(tensor)
    check = tf.debugging.Assert(
        tf.reduce_all(
            tf.equal(tf.gather(found, tf.constant(fixed, tf.int32)), tf.constant(sizes, tf.int32))
        ),
        [said, "; got", found],
    )
    with tf.control_dependencies([check]):
        return tf.ensure_shape(
            tf.identity(tensor), (None, *(s if isinstance(s, int) else None for s in shape))
        )


def same_batch(**tensors: tf.Tensor) -> tf.Operation:
    """The check that inputs have the same number of rows; run under control dependencies."""
    counts = tf.stack([tf.shape(tensor)[0] for tensor in tensors.values()])
    said = f"expected as many rows in each of {', '.join(tensors)}; got"
    return tf.debugging.Assert(tf.reduce_all(tf.equal(counts, counts[0])), [said, counts])


def good(rows: Any, status: tf.Tensor) -> Any:
    """The rows to ask about: those that cannot be answered are zero, so that no NaN spreads."""
    fine = tf.equal(status, OK)
    return tf.nest.map_structure(lambda one: tf.where(_beside(fine, one), one, 0.0), rows)


def answer_of(probabilities: tf.Tensor, status: tf.Tensor, preset: Preset) -> Answer:
    """What a classifying signature answers.

    Args:
        probabilities: ``[batch, classes]``.
        status: string ``[batch]``.
        preset: names the classes.

    Returns:
        ``probabilities``; ``label`` and ``score``, the most probable class and its probability
        (also where several classes may hold); ``labels``, every class's name, string
        ``[batch, classes]``; ``status``.
    """
    fine = tf.equal(status, OK)
    probabilities = tf.where(fine[:, None], probabilities, 0.0)
    names = tf.constant(preset.classes)
    best = tf.argmax(probabilities, axis=1)
    return {
        PROBABILITIES: probabilities,
        "label": tf.where(fine, tf.gather(names, best), ""),
        "score": tf.reduce_max(probabilities, axis=1),
        "labels": tf.tile(names[None], [tf.shape(status)[0], 1]),
        STATUS: status,
    }


def masked(tensors: Answer, status: tf.Tensor) -> Answer:
    """Outputs that are zero in rows that cannot be answered, with the status."""
    return {**good(tensors, status), STATUS: status}


def _beside(fine: tf.Tensor, tensor: tf.Tensor) -> tf.Tensor:
    return tf.reshape(
        fine, tf.concat([tf.shape(fine), tf.ones(tensor.shape.rank - 1, tf.int32)], 0)
    )
