"""Mixup: training on blends of two records and of their targets."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def mixup(inputs: Any, targets: tf.Tensor, alpha: float, seed: tf.Tensor) -> tuple[Any, tf.Tensor]:
    """Blends each record of a shuffled batch with the one that mirrors it.

    The share of the record itself is drawn from Beta(alpha, alpha) and taken as at least one half,
    the same for all its domains and its target. Source: Zhang et al. (2018), mixup: Beyond
    Empirical Risk Minimization, arXiv 1710.09412.

    Args:
        inputs: tensors ``[batch, ...]``, in any nest.
        targets: ``[batch, classes]``.
        alpha: how much is blended; above 0.
        seed: int32 ``[2]``; the same seed gives the same shares.

    Example:
        >>> inputs, targets = mixup(tf.eye(4), tf.eye(4), alpha=0.3, seed=tf.constant([0, 1]))
        >>> bool(tf.reduce_all(tf.abs(tf.reduce_sum(targets, axis=1) - 1) < 1e-6))
        True
    """
    batch = tf.shape(targets)[:1]
    first, second = tf.unstack(tf.random.split(seed, 2))
    one = tf.random.stateless_gamma(batch, first, alpha)
    other = tf.random.stateless_gamma(batch, second, alpha)
    # Both draws can underflow to zero where alpha is small: then nothing is blended.
    share = tf.math.divide_no_nan(tf.maximum(one, other), one + other)
    share = tf.where(share > 0, share, 1.0)

    def blend(tensor: tf.Tensor) -> tf.Tensor:
        weight = tf.reshape(share, tf.concat([batch, tf.ones(tf.rank(tensor) - 1, tf.int32)], 0))
        return weight * tensor + (1 - weight) * tf.reverse(tensor, [0])

    return tf.nest.map_structure(blend, inputs), blend(targets)
