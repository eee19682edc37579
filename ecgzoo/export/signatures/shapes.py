"""Shapes: checked in the graph, since a model server feeds what it gets."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ecgzoo.signal_spec import SignalSpec


def checked_signal(signal: tf.Tensor, spec: SignalSpec) -> tf.Tensor:
    """The signal with a static shape; a request of another shape fails, told the contract."""
    contract = (
        f": {spec.seconds:g} s at {spec.sampling_rate:g} Hz of the leads "
        f"{', '.join(spec.leads)}, in {spec.unit}"
    )
    return checked("signal", signal, spec.shape, contract)


def checked(name: str, tensor: tf.Tensor, shape: tuple[Any, ...], contract: str = "") -> tf.Tensor:
    """The tensor with a static shape; a request of another shape fails with a sentence.

    A declared shape would let TensorFlow drop the check as always true: so signatures declare none.

    Args:
        name: of the input.
        tensor: ``[batch, *shape]``.
        shape: what one row should have; a name instead of a number stands for any length.
        contract: what the sentence ends with.
    """
    said = f"expected {name} [{', '.join(map(str, ('batch', *shape)))}]{contract}"
    fixed = [axis for axis, size in enumerate(shape, 1) if isinstance(size, int)]
    sizes = [shape[axis - 1] for axis in fixed]
    found = tf.shape(tensor)
    check = tf.debugging.Assert(
        tf.reduce_all(
            tf.equal(tf.gather(found, tf.constant(fixed, tf.int32)), tf.constant(sizes, tf.int32))
        ),
        [said, "; got", found],
    )
    with tf.control_dependencies([check]):
        return tf.ensure_shape(
            tf.identity(tensor), (None, *(s if isinstance(s, int) else None for s in shape))
        )


def same_batch(**tensors: tf.Tensor) -> tf.Operation:
    """The check that inputs have the same number of rows; run under control dependencies."""
    counts = tf.stack([tf.shape(tensor)[0] for tensor in tensors.values()])
    said = f"expected as many rows in each of {', '.join(tensors)}; got"
    return tf.debugging.Assert(tf.reduce_all(tf.equal(counts, counts[0])), [said, counts])
