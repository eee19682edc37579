"""Status: what an exported graph says of each row, by value and never by an exception.

A model server joins the requests of strangers into one batch, so a bad row must not fail it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from ecgzoo.pages.quality import PageQuality, sentence
from ecgzoo.signal_spec import IMPLAUSIBLE_MV, SignalSpec

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
