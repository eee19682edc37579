"""Signatures: the functions of an exported model, with checks, class names and transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from ecgzoo.export.status import OK, merged, page_status, signal_status
from ecgzoo.models.build import core_of
from ecgzoo.pages.decode import decode_pages
from ecgzoo.pages.lead_traces import LeadTraces
from ecgzoo.pages.vertical_average import VerticalAverage
from ecgzoo.presets import Preset
from ecgzoo.signal_spec import SignalSpec

Signature = tuple[Callable[..., dict[str, tf.Tensor]], list[Any]]


def signatures(model: keras.Model, preset: Preset) -> dict[str, Signature]:
    """The exported functions by name, with what they take.

    - ``serving_default``: ``signal`` float32 ``[batch, samples, leads]``.
    - ``domains``: each domain by its name, float32.
    - ``image``: ``image_bytes`` string ``[batch]``, JPEG or PNG; for models trained on pages.

    Each answers ``probabilities`` float32 ``[batch, classes]``, ``label`` string ``[batch]``,
    ``score`` float32 ``[batch]`` (the label's probability) and ``status`` string ``[batch]``. A row
    that cannot be answered has zeros, an empty label, and a status that says why. A wrong shape
    fails the request.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
        preset: what it was trained on.
    """
    spec, core = preset.spec, core_of(model)

    def from_signal(signal: tf.Tensor) -> dict[str, tf.Tensor]:
        signal = checked_shape(signal, spec)
        return _answer(model, signal, signal_status(signal, spec), preset)

    def from_domains(domains: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        rows = [tf.reshape(one, (tf.shape(one)[0], -1)) for one in domains.values()]
        finite = tf.reduce_all(tf.math.is_finite(tf.concat(rows, 1)), axis=1)
        status = tf.where(finite, OK, "expected finite domains; got NaN or infinite values")
        return _answer(core, domains, status, preset)

    found: dict[str, Signature] = {
        "serving_default": (from_signal, [tf.TensorSpec((None, None, None), name="signal")]),
        "domains": (
            from_domains,
            [{name: tf.TensorSpec(x.shape, name=name) for name, x in core.input.items()}],
        ),
    }
    if preset.page is not None:
        to_signal = PAGE_READERS[preset.page]()

        def from_image(image_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
            pages, decoded = decode_pages(image_bytes)
            signal, traced = to_signal(pages)
            status = merged(page_status(decoded), page_status(traced))
            return _answer(model, signal, merged(status, signal_status(signal, spec)), preset)

        image = tf.TensorSpec((None,), tf.string, name="image_bytes")
        found["image"] = (from_image, [image])
    return found


def checked_shape(signal: tf.Tensor, spec: SignalSpec) -> tf.Tensor:
    """The signal with a static shape, after a check that servers do not make.

    A declared shape would let TensorFlow drop the check as always true, while servers feed what
    they get: so the signature declares none.
    """
    expected = (
        f"expected signal [batch, {spec.samples}, {len(spec.leads)}]: {spec.seconds:g} s at "
        f"{spec.sampling_rate:g} Hz of the leads {', '.join(spec.leads)}, in {spec.unit}"
    )
    check = tf.debugging.assert_equal(tf.shape(signal)[1:], spec.shape, expected)
    with tf.control_dependencies([] if check is None else [check]):
        return tf.reshape(signal, (-1, *spec.shape))


def _answer(
    model: keras.Model, inputs: Any, status: tf.Tensor, preset: Preset
) -> dict[str, tf.Tensor]:
    fine = tf.equal(status, OK)

    def without_bad_rows(tensor: tf.Tensor) -> tf.Tensor:
        shape = tf.concat([tf.shape(fine), tf.ones(tensor.shape.rank - 1, tf.int32)], 0)
        return tf.where(tf.reshape(fine, shape), tensor, 0.0)

    probabilities = without_bad_rows(
        model(tf.nest.map_structure(without_bad_rows, inputs), training=False)
    )
    best = tf.argmax(probabilities, axis=1)
    return {
        "probabilities": probabilities,
        "label": tf.where(fine, tf.gather(tf.constant(preset.classes), best), ""),
        "score": tf.reduce_max(probabilities, axis=1),
        "status": status,
    }


def _traced() -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    layer = LeadTraces()

    def read(pages: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        traced = layer(pages)
        return traced["signal"], traced["quality"]

    return read


def _averaged() -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    layer = VerticalAverage()
    return lambda pages: (layer(pages), tf.zeros(tf.shape(pages)[:1], tf.int32))


PAGE_READERS = {"traces": _traced, "average": _averaged}
