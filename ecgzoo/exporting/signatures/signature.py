"""Signature: one exported function: what it takes, an example, and what it answers, row by row.

What is wrong with a row is told by value and never by an exception: a model server joins the
requests of strangers into one batch, so a bad row must not fail it. It has zeros and a status.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.pages.quality import PageQuality, sentence
from ecgzoo.signal_spec import IMPLAUSIBLE_MV, SignalSpec


def example_signals(spec: SignalSpec, count: int = 4) -> np.ndarray:
    """Smooth random signals ``[count, samples, leads]``, float32, that meet a spec; see `rounded`.

    Example:
        >>> spec = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
        >>> signals = example_signals(spec)
        >>> signals.shape, float(abs(signals).max())
        ((4, 500, 2), 1.0)
    """
    return smooth_signals((count, *spec.shape))


def smooth_signals(shape: tuple[int, int, int]) -> np.ndarray:
    """Smooth random signals of a shape ``[count, samples, leads]``, float32; see `rounded`."""
    rng = np.random.default_rng(0)
    steps = rng.normal(size=shape)
    smooth = np.cumsum(steps, axis=1) - np.linspace(0, 1, shape[1])[:, None] * steps.sum(
        axis=1, keepdims=True
    )
    return rounded((smooth / np.abs(smooth).max()).astype(np.float32))


def rounded(values: np.ndarray) -> np.ndarray:
    """Rounded to three digits of the largest: short as text, and compressed well.

    Example:
        >>> rounded(np.array([0.123456, -2.3456], np.float32))
        array([ 0.12, -2.35], dtype=float32)
    """
    largest = float(np.abs(values).max())
    return np.round(values, 2 - math.floor(math.log10(largest))) if largest else values


OK = "ok"


def signal_status(signal: tf.Tensor, spec: SignalSpec) -> tf.Tensor:
    """What is wrong with each signal.

    Args:
        signal: float32 ``[batch, samples, leads]``.
        spec: what it should be.

    Returns:
        string ``[batch]``: ``"ok"``, or what was expected, what came, and the remedy.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=128, samples=128)
        >>> signal_status(tf.fill([1, 128, 1], 7.0), spec).numpy()[0].decode()[:42]
        'expected a varying signal; got a constant '
    """
    low = tf.reduce_min(signal, axis=1)
    high = tf.reduce_max(signal, axis=1)
    finite = tf.reduce_all(tf.math.is_finite(signal), axis=(1, 2))
    constant = tf.reduce_all(tf.equal(low, high), axis=1)
    checks = [
        (~finite, "expected finite samples; got NaN or infinite ones; interpolate the gaps"),
        (constant, "expected a varying signal; got a constant one; check the electrodes"),
    ]
    if spec.unit == "mV":
        largest = tf.reduce_max(tf.maximum(tf.abs(low), tf.abs(high)), axis=1)
        said = "expected millivolts; got samples beyond 100, which look like microvolts or raw "
        checks.append((largest > IMPLAUSIBLE_MV, said + "converter units; divide by the gain"))
    return first_failed(checks, tf.shape(signal)[0])


def page_status(quality: tf.Tensor) -> tf.Tensor:
    """The sentence of each page's quality code: string ``[batch]``, ``"ok"`` for a good page.

    Example:
        >>> page_status(tf.constant([0, 1])).numpy()[0]
        b'ok'
    """
    sentences = [OK if code is PageQuality.GOOD else sentence(code) for code in PageQuality]
    return tf.gather(tf.constant(sentences), quality)


def merged(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """The first status where it is not ok, else the second."""
    return tf.where(tf.equal(first, OK), second, first)


def first_failed(checks: Sequence[tuple[tf.Tensor, Any]], batch: tf.Tensor) -> tf.Tensor:
    """The sentence of each row's first failed check.

    Args:
        checks: whether each row fails, bool ``[batch]``, and what is said then: a sentence, or one
            per row.
        batch: number of rows.

    Example:
        >>> first_failed([(tf.constant([True, False]), "expected more")], 2).numpy().tolist()
        [b'expected more', b'ok']
    """
    status = tf.fill([batch], OK)
    for failed, said in reversed(checks):
        status = tf.where(failed, said, status)
    return status


Answer = dict[str, tf.Tensor]
STATUS = "status"
PREDICT, CLASSIFY = "tensorflow/serving/predict", "tensorflow/serving/classify"


@dataclass(frozen=True)
class Signature:
    """One function of an exported model.

    Attributes:
        ask: from tensors to a dictionary of outputs, each with the batch as its first axis; among
            them ``status``, string ``[batch]``, ``"ok"`` or what is wrong with the row.
        takes: a ``tf.TensorSpec`` per argument, or a dictionary of them.
        example: a good request of two rows: arrays by input name. It warms servers up, is recorded
            with its answer, and is asked in tests.
        hidden: outputs that are computed but not answered.
        method: the method name that TensorFlow Serving looks for.
    """

    ask: Callable[..., Answer]
    takes: list[Any]
    example: Mapping[str, np.ndarray]
    hidden: tuple[str, ...] = ()
    method: str = PREDICT

    @functools.cached_property
    def traced(self) -> Any:
        """The concrete function that is exported."""

        def answer(*inputs: Any) -> Answer:
            shown = self.ask(*inputs)
            return {name: tensor for name, tensor in shown.items() if name not in self.hidden}

        # Of any rank: with a declared one TensorFlow would drop the check as always true.
        anything = tf.nest.map_structure(lambda one: _of_any_shape(one), self.takes)
        function = tf.function(answer, input_signature=anything, autograph=False)
        return function.get_concrete_function()

    @property
    def strict(self) -> Signature:
        """The same, but a row that cannot be answered fails the request, with its number."""

        def ask(*inputs: Any) -> Answer:
            answer = self.traced(*inputs)  # called, so that the graph holds it once
            with tf.control_dependencies([_all_ok(answer[STATUS])]):
                return {name: tf.identity(tensor) for name, tensor in answer.items()}

        return replace(self, ask=ask)


def _of_any_shape(takes: tf.TensorSpec) -> tf.TensorSpec:
    return tf.TensorSpec(None, takes.dtype, takes.name)


def _all_ok(status: tf.Tensor) -> tf.Operation:
    bad = tf.concat([tf.not_equal(status, OK), [False]], 0)  # one more: a batch may have no rows
    status = tf.concat([status, [OK]], 0)
    row = tf.argmax(tf.cast(bad, tf.int32), output_type=tf.int32)
    said = tf.strings.join(["row ", tf.strings.as_string(row), ": ", tf.gather(status, row)])
    return tf.debugging.Assert(~tf.reduce_any(bad), [said])


def checked_signal(signal: tf.Tensor, spec: SignalSpec) -> tf.Tensor:
    """The signal with a static shape; a request of another shape fails, told the contract."""
    contract = (
        f": {spec.seconds:g} s at {spec.sampling_rate:g} Hz of the leads "
        f"{', '.join(spec.leads)}, in {spec.unit}"
    )
    return checked("signal", signal, spec.shape, contract)


def checked(name: str, tensor: tf.Tensor, shape: tuple[Any, ...], contract: str = "") -> tf.Tensor:
    """The tensor with a static shape; a request of another shape or rank fails with a sentence.

    Args:
        name: of the input.
        tensor: of any rank; ``[batch, *shape]`` is expected.
        shape: what one row should have; a name instead of a number stands for any length.
        contract: what the sentence ends with.
    """
    said = f"expected {name} [{', '.join(map(str, ('batch', *shape)))}]{contract}"
    # As long as the shape that is wanted, whatever came: -1 is no length.
    found, rank = tf.shape(tensor), 1 + len(shape)
    sizes = tf.concat([found, tf.fill([rank], -1)], 0)[:rank]
    wanted = [one if isinstance(one, int) else -1 for one in (-1, *shape)]
    alike = tf.equal(sizes, wanted) | (tf.equal(wanted, -1) & (sizes >= 0))
    right = tf.equal(tf.size(found), rank) & tf.reduce_all(alike)
    check = tf.debugging.Assert(right, [said, "; got", found])
    with tf.control_dependencies([check]):
        static = [one if isinstance(one, int) else None for one in shape]
        return tf.ensure_shape(tf.identity(tensor), (None, *static))


def same_batch(**tensors: tf.Tensor) -> tf.Operation:
    """The check that inputs have the same number of rows; run under control dependencies."""
    counts = tf.stack([tf.shape(tensor)[0] for tensor in tensors.values()])
    said = f"expected as many rows in each of {', '.join(tensors)}; got"
    return tf.debugging.Assert(tf.reduce_all(tf.equal(counts, counts[0])), [said, counts])


def good(rows: Any, status: tf.Tensor) -> Any:
    """The rows to ask about: those that cannot be answered are zero, so that no NaN spreads."""
    fine = tf.equal(status, OK)

    def kept(one: tf.Tensor) -> tf.Tensor:
        # A product with 0 that is 0 for NaN too; of a single row it takes a tenth of the time.
        return tf.math.multiply_no_nan(one, _beside(tf.cast(fine, one.dtype), one))

    return tf.nest.map_structure(kept, rows)


def answer_of(probabilities: tf.Tensor, status: tf.Tensor, preset: Preset) -> Answer:
    """What a classifying signature answers.

    Args:
        probabilities: ``[batch, classes]``.
        status: string ``[batch]``.
        preset: names the classes.

    Returns:
        ``probabilities``; ``label`` and ``score``, the most probable class and its probability
        (also where several classes may hold); ``labels``, every class's name, string
        ``[batch, classes]``; ``status``.
    """
    fine, probabilities = tf.equal(status, OK), good(probabilities, status)
    names = tf.constant(preset.classes)
    best = tf.argmax(probabilities, axis=1)
    return {
        PROBABILITIES: probabilities,
        "label": tf.where(fine, tf.gather(names, best), tf.zeros_like(status)),
        "score": tf.reduce_max(probabilities, axis=1),
        "labels": tf.tile(names[None], [tf.shape(status)[0], 1]),
        STATUS: status,
    }


def masked(tensors: Answer, status: tf.Tensor) -> Answer:
    """Outputs that are zero in rows that cannot be answered, with the status."""
    return {**good(tensors, status), STATUS: status}


def _beside(fine: tf.Tensor, tensor: tf.Tensor) -> tf.Tensor:
    return tf.reshape(
        fine, tf.concat([tf.shape(fine), tf.ones(tensor.shape.rank - 1, tf.int32)], 0)
    )
