"""embedding: what the model makes of a signal before it decides."""

from __future__ import annotations

import tensorflow as tf

from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.signatures.answer import good, masked
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked_signal
from ecgzoo.export.signatures.signal import ANY_SIGNAL
from ecgzoo.export.signatures.signature import Answer, Signature
from ecgzoo.export.status import signal_status
from ecgzoo.models.core import PROBABILITIES


def embedding_signature(graph: ModelGraph) -> Signature:
    """``signal`` in; each domain's pooled vector by its name, ``fused`` and ``status`` out."""
    spec = graph.preset.spec

    def ask(signal: tf.Tensor) -> Answer:
        signal = checked_signal(signal, spec)
        status = signal_status(signal, spec)
        seen = graph.from_signal(good(signal, status))
        return masked({name: x for name, x in seen.items() if name != PROBABILITIES}, status)

    return Signature(ask, [ANY_SIGNAL], {"signal": example_signals(spec, 2)})
