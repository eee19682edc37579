"""saliency: which samples move the probability of a class."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.signatures.answer import good, masked
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked, checked_signal, same_batch
from ecgzoo.export.signatures.signal import ANY_SIGNAL
from ecgzoo.export.signatures.signature import Answer, Signature
from ecgzoo.export.status import OK, merged, signal_status
from ecgzoo.models.core import PROBABILITIES


def saliency_signature(graph: ModelGraph) -> Signature:
    """``signal`` and ``target``, string ``[batch]``: a class, or empty for the predicted one.

    Answers ``saliency`` float32 ``[batch, samples, leads]``, |gradient x input| of the class's
    probability; ``label`` and ``score``, that class and its probability; ``status``.
    """
    spec, classes = graph.preset.spec, graph.preset.classes

    def ask(signal: tf.Tensor, target: tf.Tensor) -> Answer:
        signal, target = checked_signal(signal, spec), checked("target", target, ())
        with tf.control_dependencies([same_batch(signal=signal, target=target)]):
            status = merged(signal_status(signal, spec), _target_status(target, classes))
        rows = good(signal, status)
        probabilities = graph.from_signal(rows)[PROBABILITIES]
        named = tf.equal(target[:, None], tf.constant(classes))
        best = tf.argmax(probabilities, axis=1, output_type=tf.int32)
        named_at = tf.argmax(tf.cast(named, tf.int32), axis=1, output_type=tf.int32)
        chosen = tf.where(tf.equal(target, ""), best, named_at)
        shown = {
            "saliency": graph.saliency(rows, chosen),
            "score": tf.gather(probabilities, chosen, batch_dims=1),
        }
        label = tf.where(tf.equal(status, OK), tf.gather(tf.constant(classes), chosen), "")
        return {**masked(shown, status), "label": label}

    takes = [ANY_SIGNAL, tf.TensorSpec((None,), tf.string, name="target")]
    targets = np.array([b"", classes[-1].encode()], object)
    return Signature(ask, takes, {"signal": example_signals(spec, 2), "target": targets})


def _target_status(target: tf.Tensor, classes: tuple[str, ...]) -> tf.Tensor:
    known = tf.reduce_any(tf.equal(target[:, None], tf.constant(("", *classes))), axis=1)
    said = f"expected a class of {', '.join(classes)}, or nothing for the predicted one; got "
    return tf.where(known, OK, said + target)
