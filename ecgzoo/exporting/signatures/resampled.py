"""resampled: a signal of any length at a rate of its own."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.answer import answer_of, checked, good, same_batch
from ecgzoo.exporting.signatures.example_signals import example_signals
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.resampling import (
    cut,
    mean_over_windows,
    resampled,
    resampled_counts,
    window_counts,
)
from ecgzoo.exporting.signatures.signal import ANY_SIGNAL
from ecgzoo.exporting.signatures.signature import Answer, Signature
from ecgzoo.exporting.signatures.status import OK, first_failed, merged, signal_status
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.signal_spec import SignalSpec

# What is taken: rates between a quarter of the model's and 32 times it, and up to 24 windows.
SLOWEST, FASTEST, LONGEST = 1 / 4, 32, 24


def resampled_signature(graph: ModelGraph) -> Signature:
    """``signal`` float32 ``[batch, any, leads]``, ``sampling_rate`` and ``lengths`` ``[batch]``.

    Each row is low-pass filtered and resampled to the model's rate and, where it is longer than the
    model's window, cut into windows that overlap by a half; the answer is the mean of theirs. Of a
    padded row ``lengths`` says how many samples are meant; 0 stands for all.
    """
    spec = graph.preset.spec

    def ask(signal: tf.Tensor, sampling_rate: tf.Tensor, lengths: tf.Tensor) -> Answer:
        signal = checked("signal", signal, ("samples", len(spec.leads)))
        rates, lengths = (
            checked("sampling_rate", sampling_rate, ()),
            checked("lengths", lengths, ()),
        )
        counted = same_batch(signal=signal, sampling_rate=rates, lengths=lengths)
        with tf.control_dependencies([counted]):
            whole = tf.fill(tf.shape(lengths), tf.shape(signal)[1])
        lengths = tf.where(tf.equal(lengths, 0), whole, lengths)
        signal = _without_padding(signal, lengths)
        counts = resampled_counts(lengths, rates, spec.sampling_rate)
        status = _range_status(rates, lengths, whole, counts, spec)
        status = merged(status, signal_status(signal, spec))
        fine = tf.equal(status, OK)
        rates, lengths = tf.where(fine, rates, spec.sampling_rate), tf.where(fine, lengths, 0)
        counts = tf.where(fine, counts, 0)
        rows = resampled(good(signal, status), lengths, rates, spec.sampling_rate)
        windows, row_of = cut(rows, counts, spec.samples)
        each = graph.from_signal(windows)[PROBABILITIES]
        probabilities = mean_over_windows(each, row_of, tf.shape(status)[0])
        answer = answer_of(probabilities, status, graph.preset)
        return answer | {"windows": window_counts(counts, spec.samples)}

    takes = [
        ANY_SIGNAL,
        tf.TensorSpec((None,), tf.float32, name="sampling_rate"),
        tf.TensorSpec((None,), tf.int32, name="lengths"),
    ]
    return Signature(ask, takes, _example(spec))


def _example(spec: SignalSpec) -> dict[str, np.ndarray]:
    """Two rows at one and a half times the rate, the second padded."""
    longer = SignalSpec(spec.leads, spec.sampling_rate, min(2 * spec.samples, 8192), spec.unit)
    lengths = np.array([0, round(1.6 * spec.samples)], np.int32)
    rates = np.full(2, 1.5 * spec.sampling_rate, np.float32)
    return {"signal": example_signals(longer, 2), "sampling_rate": rates, "lengths": lengths}


def _range_status(
    rates: tf.Tensor, lengths: tf.Tensor, whole: tf.Tensor, counts: tf.Tensor, spec: SignalSpec
) -> tf.Tensor:
    slowest, fastest = SLOWEST * spec.sampling_rate, FASTEST * spec.sampling_rate
    seconds = tf.cast(lengths, tf.float32) / rates
    shown = tf.strings.as_string(seconds, precision=3)
    checks = [
        (
            ~((rates >= slowest) & (rates <= fastest)),
            f"expected a sampling_rate between {slowest:g} and {fastest:g} Hz; got "
            + tf.strings.as_string(rates, shortest=True),
        ),
        (
            (lengths < 0) | (lengths > whole),
            "expected lengths of at most the samples there are, or 0 for all; got "
            + tf.strings.as_string(lengths),
        ),
        (
            counts < spec.samples,
            f"expected at least {spec.seconds:.3f} s, one window; got " + shown,
        ),
        (
            counts > LONGEST * spec.samples,
            f"expected at most {LONGEST * spec.seconds:.3f} s; cut the signal; got " + shown,
        ),
    ]
    return first_failed(checks, tf.shape(rates)[0])


def _without_padding(signal: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
    """The rows with their first sample instead of padding, which may be anything, also NaN."""
    meant = tf.sequence_mask(lengths, tf.shape(signal)[1])[..., None]
    return tf.where(meant, signal, signal[:, :1])
