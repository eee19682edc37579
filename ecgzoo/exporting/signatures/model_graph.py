"""ModelGraph: a model's parts as graph functions that every signature calls.

A saved model holds each function once, however many signatures call it: written into each of them,
the graph would take several times the room of the weights.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.signatures.batch_norm_folding import folded
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.models.front import SignalModel
from ecgzoo.models.views import embeddings

Tensors = dict[str, tf.Tensor]


class ModelGraph:
    """What can be asked of a trained model, as functions that signatures share.

    They check nothing, take any number of rows, also none, and answer each row by itself.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
        preset: what it was trained on.

    Attributes:
        model: what was given.
        core: its part from domains to probabilities.
        front: its part from signals to domains.
        inference: the core, and its embeddings beside it, with normalizations folded.
        to_domains: from signals float32 ``[batch, samples, leads]`` to domains by name.
        from_domains: from domains by name to ``probabilities`` and the embeddings by name.
        from_signal: the same from signals.
        saliency: from signals and int32 ``[batch]``, a class of each, to float32 of the signals'
            shape: how much each sample pushes the probability of that class.
    """

    def __init__(self, model: SignalModel, preset: Preset) -> None:
        self.model, self.preset = model, preset
        self.core = core = model.core
        self.front = front = model.front
        seen = {PROBABILITIES: core.output, **embeddings(core).output}
        self.inference = folded(keras.Model(core.input, seen, name="whole"))
        whole = self.inference.model
        domains = {name: tf.TensorSpec((None, *x.shape[1:])) for name, x in core.input.items()}
        signal = tf.TensorSpec((None, *preset.spec.shape))
        prepared = traced(lambda signal: front(signal, training=False), signal)
        answered = traced(lambda domains: whole(domains, training=False), domains)
        self.to_domains = _shared(prepared, signal)
        self.from_domains = _shared(answered, domains)
        self.from_signal = _shared(lambda signal: answered(prepared(signal)), signal)
        self.saliency = _shared(self._saliency, signal, tf.TensorSpec((None,), tf.int32))

    def _saliency(self, signal: tf.Tensor, classes: tf.Tensor) -> tf.Tensor:
        """|gradient x input| of the class's probability (Shrikumar et al. 2016)."""
        with tf.GradientTape() as tape:
            tape.watch(signal)
            # Written out: calling the functions would keep copies of them for their gradients.
            domains = self.front(signal, training=False)
            probabilities = self.inference.model(domains, training=False)[PROBABILITIES]
            chosen = tf.gather(probabilities, classes, batch_dims=1)
        pushed = tf.abs(tape.gradient(chosen, signal) * signal)
        # A flat lead's spectrum is zero, where an amplitude has no slope: the lead pushes nothing.
        return tf.where(tf.math.is_finite(pushed), pushed, 0.0)


def _shared(function: Callable[..., Any], *takes: Any) -> Any:
    """A graph function that also takes no rows: TensorFlow's convolutions fail on none at all."""

    def padded(*inputs: Any) -> Any:
        count = tf.shape(tf.nest.flatten(inputs)[0])[0]
        missing = tf.cast(tf.equal(count, 0), tf.int32)
        rows = tf.nest.map_structure(
            lambda one: tf.pad(one, [[0, missing], *[[0, 0]] * (one.shape.rank - 1)]), inputs
        )
        return tf.nest.map_structure(lambda one: one[:count], function(*rows))

    return traced(padded, *takes)


def traced(function: Callable[..., Any], *takes: Any) -> Any:
    """The concrete function; what calls it refers to it instead of holding a copy."""
    graph_function = tf.function(function, input_signature=takes, autograph=False)
    return graph_function.get_concrete_function()
