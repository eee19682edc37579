"""Windowing in the graph: rows of different lengths, cut into windows of one length."""

from __future__ import annotations

import tensorflow as tf


def window_counts(counts: tf.Tensor, samples: int) -> tf.Tensor:
    """Windows of each row, int32 ``[batch]``: each half a window on, the last at the row's end.

    Example:
        >>> window_counts(tf.constant([4, 7, 0]), samples=4).numpy()
        array([1, 3, 0], dtype=int32)
    """
    step = _step(samples)
    last = counts - samples
    return tf.where(last < 0, 0, -(-last // step) + 1)


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
               [2, 3, 4, 5],
               [3, 4, 5, 6]]), array([0, 0, 0], dtype=int32))
    """
    step = _step(samples)
    each = window_counts(counts, samples)
    row_of = tf.repeat(tf.range(tf.shape(counts)[0]), each)
    number = tf.ragged.range(each).flat_values
    start = tf.minimum(number * step, tf.gather(counts, row_of) - samples)
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


def _step(samples: int) -> int:
    """From one window to the next: half a window."""
    return max(1, round(samples / 2))
