"""serving_default: a signal at the model's rate, in; labelled probabilities, out."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.answer import (
    answer_of,
    checked,
    checked_signal,
    good,
    masked,
    same_batch,
)
from ecgzoo.exporting.signatures.example_signals import example_signals, rounded
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.signature import Answer, Signature
from ecgzoo.exporting.signatures.status import OK, merged, signal_status
from ecgzoo.models.core import PROBABILITIES

ANY_SIGNAL = tf.TensorSpec((None, None, None), name="signal")


def signal_signature(graph: ModelGraph) -> Signature:
    """``signal`` float32 ``[batch, samples, leads]``, in the spec's unit."""
    spec = graph.preset.spec

    def ask(signal: tf.Tensor) -> Answer:
        signal = checked_signal(signal, spec)
        return answer_to(graph, signal, signal_status(signal, spec))

    return Signature(ask, [ANY_SIGNAL], {"signal": example_signals(spec, 2)})


def answer_to(graph: ModelGraph, signal: tf.Tensor, status: tf.Tensor) -> Answer:
    """The model's answer to signals of the spec's shape, of which the status knows the bad ones."""
    probabilities = graph.from_signal(good(signal, status))[PROBABILITIES]
    return answer_of(probabilities, status, graph.preset)


def domains_signature(graph: ModelGraph) -> Signature:
    """Each domain by its name, float32, as ``ecgzoo.domains`` computes it."""
    shapes = {name: tensor.shape[1:] for name, tensor in graph.core.input.items()}

    def ask(domains: dict[str, tf.Tensor]) -> Answer:
        domains = {name: checked(name, one, shapes[name]) for name, one in domains.items()}
        with tf.control_dependencies([same_batch(**domains)]):
            rows = [tf.reshape(one, (tf.shape(one)[0], -1)) for one in domains.values()]
        finite = tf.reduce_all(tf.math.is_finite(tf.concat(rows, 1)), axis=1)
        status = tf.where(finite, OK, "expected finite domains; got NaN or infinite values")
        probabilities = graph.from_domains(good(domains, status))[PROBABILITIES]
        return answer_of(probabilities, status, graph.preset)

    takes = {n: tf.TensorSpec((None,) * (1 + len(s)), name=n) for n, s in shapes.items()}
    example = graph.to_domains(tf.constant(example_signals(graph.preset.spec, 2)))
    return Signature(ask, [takes], {name: rounded(one.numpy()) for name, one in example.items()})


def embedding_signature(graph: ModelGraph) -> Signature:
    """``signal`` in; each domain's pooled vector by its name, ``fused`` and ``status`` out."""
    spec = graph.preset.spec

    def ask(signal: tf.Tensor) -> Answer:
        signal = checked_signal(signal, spec)
        status = signal_status(signal, spec)
        seen = graph.from_signal(good(signal, status))
        return masked({name: x for name, x in seen.items() if name != PROBABILITIES}, status)

    return Signature(ask, [ANY_SIGNAL], {"signal": example_signals(spec, 2)})


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
