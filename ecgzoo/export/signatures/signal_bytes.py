"""signal_bytes: a signal as bytes, an eighth of its size as JSON numbers."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked
from ecgzoo.export.signatures.signal import answer_to
from ecgzoo.export.signatures.signature import Answer, Signature
from ecgzoo.export.status import OK, merged, signal_status

PER_UNIT = 1000  # integers are thousandths: microvolts, where the unit is mV


def signal_bytes_signature(graph: ModelGraph) -> Signature:
    """``signal_bytes`` string ``[batch]``, sample by sample all leads, little-endian.

    Either int16 thousandths of the unit (microvolts) or float32 in the unit: their length tells.
    """
    spec = graph.preset.spec
    count = math.prod(spec.shape)
    wrong = (
        f"expected {spec.samples} samples of {len(spec.leads)} leads, {2 * count} bytes of int16 "
        f"in thousandths of {spec.unit} or {4 * count} bytes of float32 in {spec.unit}; got "
    )

    def ask(signal_bytes: tf.Tensor) -> Answer:
        signal_bytes = checked("signal_bytes", signal_bytes, ())
        length = tf.strings.length(signal_bytes)
        whole, real = (
            _numbers(signal_bytes, tf.int16, count),
            _numbers(signal_bytes, tf.float32, count),
        )
        short = tf.equal(length, 2 * count)
        signal = tf.where(short[:, None], whole / PER_UNIT, real)
        signal = tf.reshape(signal, (-1, *spec.shape))
        sized = tf.where(
            short | tf.equal(length, 4 * count), OK, wrong + tf.strings.as_string(length)
        )
        return answer_to(graph, signal, merged(sized, signal_status(signal, spec)))

    first, second = example_signals(spec, 2)
    both = [(first * PER_UNIT).astype("<i2").tobytes(), second.astype("<f4").tobytes()]
    takes = tf.TensorSpec((None,), tf.string, name="signal_bytes")
    return Signature(ask, [takes], {"signal_bytes": np.array(both, object)})


def _numbers(signal_bytes: tf.Tensor, kind: tf.DType, count: int) -> tf.Tensor:
    """The bytes as numbers; those too many are cut off, and zeros stand for those that lack."""
    numbers = tf.io.decode_raw(signal_bytes, kind, fixed_length=count * kind.size)
    return tf.cast(numbers, tf.float32)
