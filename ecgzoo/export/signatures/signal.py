"""serving_default: a signal at the model's rate, in; labelled probabilities, out."""

from __future__ import annotations

import tensorflow as tf

from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.signatures.answer import answer_of, good
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked_signal
from ecgzoo.export.signatures.signature import Answer, Signature
from ecgzoo.export.status import signal_status
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
