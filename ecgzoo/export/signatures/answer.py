"""Answer: probabilities as a client wants them, and zeros for rows that cannot be answered."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.export.signatures.signature import STATUS, Answer
from ecgzoo.export.status import OK
from ecgzoo.models.core import PROBABILITIES


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
