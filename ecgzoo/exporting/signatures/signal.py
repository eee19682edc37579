"""The signatures that take a signal at the model's own rate: as numbers, as bytes or as a page."""

import json
import math

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.saved_model.contract import decision
from ecgzoo.exporting.signatures.model_graph import ModelGraph, traced
from ecgzoo.exporting.signatures.signature import (
    CLASSIFY,
    OK,
    STATUS,
    Answer,
    Signature,
    answer_of,
    checked,
    checked_signal,
    example_signals,
    good,
    masked,
    merged,
    page_status,
    rounded,
    same_batch,
    signal_status,
)
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.pages.decode import decode_pages
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.lead_laws import obeying
from ecgzoo.pages.page_signals import PAGE_SIGNALS, page_reader
from ecgzoo.pages.render import page_bytes, render_page

ANY_SIGNAL = tf.TensorSpec((None, None, None), name="signal")


def signal_signature(graph: ModelGraph) -> Signature:
    """``signal`` float32 ``[batch, samples, leads]``, in the spec's unit."""
    spec = graph.preset.spec

    def ask(signal: tf.Tensor) -> Answer:
        signal = checked_signal(signal, spec)
        return answer_to(graph, signal, signal_status(signal, spec))

    return Signature(ask, [ANY_SIGNAL], {"signal": example_signals(spec, 2)})


def answer_to(graph: ModelGraph, signal: tf.Tensor, status: tf.Tensor) -> Answer:
    """The model's answer to signals of the spec's shape, of which the status knows the bad ones.

    It does not wait for the status: each row is answered by itself, and a bad one's answer dropped.
    """
    return answer_of(graph.from_signal(signal)[PROBABILITIES], status, graph.preset)


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


def image_signature(graph: ModelGraph, page: str) -> Signature:
    """``image_bytes`` string ``[batch]``, JPEG or PNG files of printed pages.

    Args:
        graph: the model.
        page: how a page becomes the signal: a name of ``ecgzoo.pages.page_signals``.
    """
    spec = graph.preset.spec
    column, read_pages = PAGE_SIGNALS[page].column, page_reader(page)
    takes = tf.TensorSpec((None,), tf.string, name="image_bytes")

    def read(image_bytes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pages, decoded = decode_pages(image_bytes)
        found = read_pages(pages)
        return found[column], merged(page_status(decoded), page_status(found["quality"]))

    read_once = traced(read, takes)

    def ask(image_bytes: tf.Tensor) -> Answer:
        signal, status = read_once(checked("image_bytes", image_bytes, ()))
        return answer_to(graph, signal, merged(status, signal_status(signal, spec)))

    lawful = obeying(example_signals(PAGE_SPEC, 2), PAGE_SPEC.leads)
    drawn = [page_bytes(render_page(signal)) for signal in lawful]
    return Signature(ask, [takes], {"image_bytes": np.array(drawn, object)})


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
