"""classify: serialized tf.Example, for TensorFlow Serving's Classify API."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from ecgzoo.export.example_signals import example_signals
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked
from ecgzoo.export.signatures.signal import answer_to
from ecgzoo.export.signatures.signature import CLASSIFY, STATUS, Answer, Signature
from ecgzoo.export.status import OK, merged, signal_status
from ecgzoo.models.core import PROBABILITIES


def classify_signature(graph: ModelGraph) -> Signature:
    """``inputs`` string ``[batch]``: examples with the float feature ``signal``, row by row.

    Answers ``classes`` string and ``scores`` float32, ``[batch, classes]`` both, and nothing else:
    the API has no room for a status. A row that cannot be answered has empty names and zeros.
    """
    spec = graph.preset.spec
    count = math.prod(spec.shape)
    wrong = (
        f"expected the float feature 'signal' of {count} numbers, {spec.samples} samples of "
        f"{len(spec.leads)} leads; got "
    )

    def ask(inputs: tf.Tensor) -> Answer:
        features = {"signal": tf.io.RaggedFeature(tf.float32)}
        ragged = tf.io.parse_example(checked("inputs", inputs, ()), features)["signal"]
        signal = tf.reshape(ragged.to_tensor(shape=(None, count)), (-1, *spec.shape))
        length = ragged.row_lengths()
        sized = tf.where(tf.equal(length, count), OK, wrong + tf.strings.as_string(length))
        answer = answer_to(graph, signal, merged(sized, signal_status(signal, spec)))
        fine = tf.equal(answer[STATUS], OK)
        return {
            "classes": tf.where(fine[:, None], answer["labels"], ""),
            "scores": answer[PROBABILITIES],
            STATUS: answer[STATUS],
        }

    takes = tf.TensorSpec((None,), tf.string, name="inputs")
    rows = np.array([example_of(one) for one in example_signals(spec, 2)], object)
    return Signature(ask, [takes], {"inputs": rows}, hidden=(STATUS,), method=CLASSIFY)


def example_of(signal: np.ndarray) -> bytes:
    """A signal ``[samples, leads]`` as a serialized ``tf.Example``."""
    feature = tf.train.Feature(float_list=tf.train.FloatList(value=signal.ravel()))
    example = tf.train.Example(features=tf.train.Features(feature={"signal": feature}))
    return bytes(example.SerializeToString())
