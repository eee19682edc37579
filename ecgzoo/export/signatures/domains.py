"""domains: the domains themselves, for clients that computed them."""

from __future__ import annotations

import tensorflow as tf

from ecgzoo.export.example_signals import example_signals, rounded
from ecgzoo.export.signatures.answer import answer_of, good
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked, same_batch
from ecgzoo.export.signatures.signature import Answer, Signature
from ecgzoo.export.status import OK
from ecgzoo.models.core import PROBABILITIES


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
