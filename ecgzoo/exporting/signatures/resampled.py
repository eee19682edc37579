"""resampled: a signal of any length at a rate of its own, brought to the model's in the graph.

The filter is that of ``scipy.signal.resample_poly``: a sinc under a Kaiser window (beta 5) that
reaches ten samples of the slower rate to both sides, taken here at the very times asked for instead
of at the phases of a fraction.
"""

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.signal import ANY_SIGNAL
from ecgzoo.exporting.signatures.signature import (
    OK,
    Answer,
    Signature,
    answer_of,
    checked,
    first_failed,
    good,
    merged,
    same_batch,
    signal_status,
    smooth_signals,
)
from ecgzoo.models.core import PROBABILITIES
from ecgzoo.signal_spec import SignalSpec

# What is taken: rates between a quarter of the model's and 32 times it, and up to 24 windows.
SLOWEST, FASTEST, LONGEST = 1 / 4, 32, 24


def resampled_signature(graph: ModelGraph) -> Signature:
    """``signal`` float32 ``[batch, any, leads]``, ``sampling_rate`` and ``lengths`` ``[batch]``.

    Each row is low-pass filtered and resampled to the model's rate and, where it is longer than the
    model's window, cut into windows that overlap by half or more; the answer is the mean of theirs.
    Of a padded row ``lengths`` says how many samples are meant; 0 stands for all.
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
        signal = _without_padding(_with_a_sample(signal), lengths)
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
    lengths = np.array([0, round(1.6 * spec.samples)], np.int32)
    rates = np.full(2, 1.5 * spec.sampling_rate, np.float32)
    return {
        "signal": smooth_signals((2, 2 * spec.samples, len(spec.leads))),
        "sampling_rate": rates,
        "lengths": lengths,
    }


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


def _with_a_sample(signal: tf.Tensor) -> tf.Tensor:
    """The rows, or of rows without samples one that is zero, so that they can be worked on."""
    missing = tf.cast(tf.equal(tf.shape(signal)[1], 0), tf.int32)
    return tf.pad(signal, [[0, 0], [0, missing], [0, 0]])


def _without_padding(signal: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
    """The rows with their first sample instead of padding, which may be anything, also NaN."""
    meant = tf.sequence_mask(lengths, tf.shape(signal)[1])[..., None]
    return tf.where(meant, signal, signal[:, :1])


def window_counts(counts: tf.Tensor, samples: int) -> tf.Tensor:
    """Windows of each row, int32 ``[batch]``: each at most half a window on.

    Example:
        >>> window_counts(tf.constant([4, 7, 0]), samples=4).numpy()
        array([1, 3, 0], dtype=int32)
    """
    last = counts - samples
    return tf.where(last < 0, 0, -(-last // max(1, samples // 2)) + 1)


def cut(rows: tf.Tensor, counts: tf.Tensor, samples: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Cuts rows into windows, as ``tf_data.resampling.windows`` does with one signal.

    Args:
        rows: float32 ``[batch, most, leads]``.
        counts: int32 ``[batch]``, samples of each row; one shorter than a window gives none.
        samples: length of a window.

    Returns:
        The windows ``[windows, samples, leads]`` and, int32 ``[windows]``, the row of each.

    Example:
        >>> windows, row_of = cut(tf.reshape(tf.range(7.0), (1, 7, 1)), tf.constant([7]), samples=4)
        >>> windows[..., 0].numpy().astype(int), row_of.numpy()
        (array([[0, 1, 2, 3],
               [1, 2, 3, 4],
               [3, 4, 5, 6]]), array([0, 0, 0], dtype=int32))
    """
    each = window_counts(counts, samples)
    row_of = tf.repeat(tf.range(tf.shape(counts)[0]), each)
    number = tf.ragged.range(each).flat_values
    last, steps = tf.gather(counts, row_of) - samples, tf.gather(each, row_of) - 1
    start = number * last // tf.maximum(steps, 1)
    place = tf.stack(
        [tf.repeat(row_of[:, None], samples, 1), start[:, None] + tf.range(samples)], 2
    )
    return tf.ensure_shape(tf.gather_nd(rows, place), (None, samples, rows.shape[2])), row_of


def mean_over_windows(answers: tf.Tensor, row_of: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
    """The mean answer of each row's windows, ``[batch, classes]``; zero for a row without any.

    Example:
        >>> answers = tf.constant([[0.2, 0.8], [0.6, 0.4]])
        >>> mean_over_windows(answers, tf.constant([1, 1]), 2).numpy()
        array([[0. , 0. ],
               [0.4, 0.6]], dtype=float32)
    """
    return tf.math.unsorted_segment_mean(answers, row_of, batch)


REACH, BETA = 10, 5.0


def resampled_counts(lengths: tf.Tensor, rates: tf.Tensor, rate: float) -> tf.Tensor:
    """Samples of each row at the new rate, int32 ``[batch]``: one more where one has begun.

    Example:
        >>> resampled_counts(tf.constant([360, 361]), tf.constant([360.0, 360.0]), 180.0).numpy()
        array([180, 181], dtype=int32)
    """
    exact = tf.cast(lengths, tf.float64) * (rate / tf.cast(rates, tf.float64))
    # Rates come as float32: what exceeds a whole number by rounding is none more.
    return tf.cast(tf.math.ceil(exact * (1 - 1e-7)), tf.int32)


def resampled(signal: tf.Tensor, lengths: tf.Tensor, rates: tf.Tensor, rate: float) -> tf.Tensor:
    """Low-pass filters each row where it must be, and resamples it.

    The straight line from the first to the last sample is set aside while filtering, so that a
    drifting baseline does not ring at the ends.

    Args:
        signal: float32 ``[batch, samples, leads]``; what lies beyond a row's length is not used.
        lengths: int32 ``[batch]``, samples of each row.
        rates: float32 ``[batch]``, in Hz.
        rate: the rate wanted, in Hz.

    Returns:
        float32 ``[batch, most, leads]``; a row's first :func:`resampled_counts` are meant.

    Example:
        >>> line = tf.reshape(tf.range(100.0), (1, 100, 1))
        >>> halved = resampled(line, tf.constant([100]), tf.constant([500.0]), 250.0)
        >>> halved.shape.as_list(), halved[0, 10, 0].numpy().round(3).item()
        ([1, 50, 1], 20.0)
    """
    counts = resampled_counts(lengths, rates, rate)
    most = tf.reduce_max(tf.concat([counts, [0]], 0))
    step = tf.cast(rates, tf.float64) / rate
    # In samples of the row; float32 would be off by a twentieth of a sample after a minute.
    times = step[:, None] * tf.cast(tf.range(most), tf.float64)
    line, slope = _line(signal, lengths)
    bent = _without_line(signal, lengths, line, slope)
    straight = line + slope * tf.cast(times, tf.float32)[..., None]
    return (
        _filtered(bent, times, tf.cast(1 / tf.maximum(step, tf.ones_like(step)), tf.float32))
        + straight
    )


def _line(signal: tf.Tensor, lengths: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The first sample of each row and the slope to its last one, ``[batch, 1, leads]`` each."""
    last = tf.maximum(lengths - 1, 0)
    first, end = signal[:, :1], tf.gather(signal, last, batch_dims=1)[:, None]
    return first, (end - first) / tf.cast(tf.maximum(last, 1), tf.float32)[:, None, None]


def _without_line(
    signal: tf.Tensor, lengths: tf.Tensor, line: tf.Tensor, slope: tf.Tensor
) -> tf.Tensor:
    steps = tf.cast(tf.range(tf.shape(signal)[1]), tf.float32)[None, :, None]
    meant = tf.sequence_mask(lengths, tf.shape(signal)[1])[..., None]
    return tf.where(meant, signal - line - slope * steps, 0.0)


def _filtered(signal: tf.Tensor, times: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
    """The sum over the filter's taps, tap by tap: all at once they would not fit into memory.

    Args:
        signal: ``[batch, samples, leads]``.
        times: float64 ``[batch, most]``, in samples.
        scale: float32 ``[batch]``, the cutoff as a share of the rows' own.
    """
    reach = tf.cast(tf.math.ceil(REACH / tf.reduce_min(tf.concat([scale, [1.0]], 0))), tf.int32)
    nearest = tf.cast(tf.floor(times), tf.int32)
    beyond = tf.cast(times - tf.floor(times), tf.float32)
    scale = scale[:, None]
    padded = tf.pad(signal, [[0, 0], [reach, reach + 1], [0, 0]])
    last = tf.shape(padded)[1] - 1

    def add(tap: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        weight = _weight((beyond - tf.cast(tap, tf.float32)) * scale) * scale
        # Rows that end earlier ask beyond the padding; what they get is not used.
        place = tf.minimum(nearest + tap + reach, last)
        return tap + 1, total + weight[..., None] * tf.gather(padded, place, batch_dims=1)

    empty = tf.zeros(tf.concat([tf.shape(times), tf.shape(signal)[2:]], 0))
    empty = tf.ensure_shape(empty, (None, None, signal.shape[2]))
    _, total = tf.while_loop(lambda tap, _: tap <= reach, add, (-reach, empty))
    return total


def _weight(offset: tf.Tensor) -> tf.Tensor:
    """The filter at an offset in samples of the slower rate; its integral is one."""
    inside = tf.maximum(1 - (offset / REACH) ** 2, 0.0)
    angle = np.pi * offset
    sinc = tf.where(
        tf.equal(offset, 0), 1.0, tf.sin(angle) / tf.where(tf.equal(offset, 0), 1.0, angle)
    )
    window = tf.math.bessel_i0(BETA * tf.sqrt(inside)) / float(np.i0(BETA))
    return tf.where(tf.abs(offset) <= REACH, sinc * window, 0.0) / AREA


def _area() -> float:
    offset = np.linspace(-REACH, REACH, 200_001)
    window = np.i0(BETA * np.sqrt(1 - (offset / REACH) ** 2)) / np.i0(BETA)
    return float(np.trapezoid(np.sinc(offset) * window, offset))


AREA = _area()
