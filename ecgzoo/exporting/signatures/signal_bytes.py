"""signal_bytes: a signal as bytes, an eighth of its size as JSON numbers."""

from __future__ import annotations

import json
import math

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.saved_model.contract import decision
from ecgzoo.exporting.signatures.answer import checked
from ecgzoo.exporting.signatures.example_signals import example_signals
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.signal import answer_to
from ecgzoo.exporting.signatures.signature import CLASSIFY, STATUS, Answer, Signature
from ecgzoo.exporting.signatures.status import OK, merged, signal_status
from ecgzoo.models.core import PROBABILITIES

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


TOLD = ("model", "spec", "classes", "multi_label", "page", "weights_sha256")


def contract_signature(graph: ModelGraph) -> Signature:
    """``rows`` int32 ``[batch]``, any numbers; ``contract``, JSON, and ``status`` for each of them.

    A model server serves neither the files beside a model nor its shapes, which signatures leave
    open. A client that knows leads, rate and length picks, resamples and cuts as ecgzoo does.
    """
    told = json.dumps(contract_of(graph.preset), ensure_ascii=False)

    def ask(rows: tf.Tensor) -> Answer:
        batch = tf.shape(checked("rows", rows, ()))
        return {"contract": tf.fill(batch, told), STATUS: tf.fill(batch, OK)}

    takes = tf.TensorSpec((None,), tf.int32, name="rows")
    return Signature(ask, [takes], {"rows": np.zeros(2, np.int32)})


def contract_of(preset: Preset) -> dict[str, object]:
    """The fields of a preset that its users need, and how classes are decided, JSON-ready.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> contract = contract_of(Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b")))
        >>> contract["classes"], contract["spec"]["sampling_rate"], contract["applied"]
        (['a', 'b'], 250, [])
    """
    fields = preset.to_dict()
    told = {name: fields[name] for name in TOLD}
    return told | {"leaky": bool(preset.metrics.get("leaky")), **decision(preset)}


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
