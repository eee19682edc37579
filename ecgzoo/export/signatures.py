"""Signatures: the functions of an exported model, with checks, class names and transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from ecgzoo.export.status import OK, merged, page_status, signal_status
from ecgzoo.models.front import core_of
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
    ``score`` float32 ``[batch]`` (the most probable class and its probability, also where several
    classes may hold) and ``status`` string ``[batch]``. A row that cannot be answered has zeros, an
    empty label, and a status that says why. A wrong shape fails the request.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
        preset: what it was trained on.
    """
    spec, core = preset.spec, core_of(model)

    def from_signal(signal: tf.Tensor) -> dict[str, tf.Tensor]:
        signal = checked_shape(signal, spec)
        return _answer(model, signal, signal_status(signal, spec), preset)

    def from_domains(domains: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        domains = {
            name: _with_shape(name, one, core.input[name].shape[1:])
            for name, one in domains.items()
        }
        rows = [tf.reshape(one, (tf.shape(one)[0], -1)) for one in domains.values()]
        finite = tf.reduce_all(tf.math.is_finite(tf.concat(rows, 1)), axis=1)
        status = tf.where(finite, OK, "expected finite domains; got NaN or infinite values")
        return _answer(core, domains, status, preset)

    found: dict[str, Signature] = {
        "serving_default": (from_signal, [tf.TensorSpec((None, None, None), name="signal")]),
        "domains": (
            from_domains,
            [{n: tf.TensorSpec((None,) * len(x.shape), name=n) for n, x in core.input.items()}],
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
    """The signal with a static shape; a request of another shape fails, told the contract."""
    contract = (
        f": {spec.seconds:g} s at {spec.sampling_rate:g} Hz of the leads "
        f"{', '.join(spec.leads)}, in {spec.unit}"
    )
    return _with_shape("signal", signal, spec.shape, contract)


def _with_shape(
    name: str, tensor: tf.Tensor, shape: tuple[int, ...], contract: str = ""
) -> tf.Tensor:
    """The tensor with a static shape, after a check that servers do not make.

    A declared shape would let TensorFlow drop the check as always true, while servers feed what
    they get: so the signatures declare none.
    """
    expected = f"expected {name} [batch, {', '.join(map(str, shape))}]{contract}"
    check = tf.debugging.assert_equal(tf.shape(tensor)[1:], shape, expected)
    with tf.control_dependencies([] if check is None else [check]):
        return tf.reshape(tensor, (-1, *shape))


def _answer(
    model: keras.Model, inputs: Any, status: tf.Tensor, preset: Preset
) -> dict[str, tf.Tensor]:
    fine = tf.equal(status, OK)
    count = tf.shape(status)[0]
    # TensorFlow's convolutions fail on no rows at all: then one of zeros stands in.
    padding = tf.cast(tf.equal(count, 0), tf.int32)

    def rows_to_ask(tensor: tf.Tensor) -> tf.Tensor:
        axes = tensor.shape.rank - 1
        mask = tf.reshape(fine, tf.concat([[count], tf.ones(axes, tf.int32)], 0))
        return tf.pad(tf.where(mask, tensor, 0.0), [[0, padding], *[[0, 0]] * axes])

    answered = model(tf.nest.map_structure(rows_to_ask, inputs), training=False)[:count]
    probabilities = tf.where(fine[:, None], answered, 0.0)
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
    layer, tracer = VerticalAverage(), LeadTraces()

    def read(pages: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # Any picture has an average: the tracer judges whether it is a page.
        return layer(pages), tracer(pages)["quality"]

    return read


PAGE_READERS = {"traces": _traced, "average": _averaged}
