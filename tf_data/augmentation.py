"""Random changes to training signals that leave their class as it is."""

from __future__ import annotations

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """How far a training signal may be changed; the same seed gives the same change.

    Attributes:
        shift: largest shift in time, as a share of the samples; the ends are repeated.
        scale: largest relative change of the amplitude, one factor for all leads.
        noise: standard deviation of white noise, as a share of the signal's own.
        lead_dropout: probability that a lead is set to zero.

    Example:
        >>> signals = tf.zeros((2, 200, 12))
        >>> Augmentation(shift=0.1)(signals, seed=(0, 1)).shape
        TensorShape([2, 200, 12])
    """

    shift: float = 0.1
    scale: float = 0.15
    noise: float = 0.03
    lead_dropout: float = 0.0

    def __call__(self, signals: tf.Tensor, seed: tuple[int, int] | tf.Tensor) -> tf.Tensor:
        """Changes a batch ``[batch, samples, leads]``, each signal in its own way."""
        seeds = tf.random.split(tf.convert_to_tensor(seed, tf.int32), 4)
        signals = self._shifted(signals, seeds[0])
        batch, samples, leads = tf.unstack(tf.shape(signals))
        factor = tf.random.stateless_uniform(
            (batch, 1, 1), seeds[1], 1 - self.scale, 1 + self.scale
        )
        deviation = tf.math.reduce_std(signals, axis=(1, 2), keepdims=True)
        white = tf.random.stateless_normal((batch, samples, leads), seeds[2])
        kept = tf.random.stateless_uniform((batch, 1, leads), seeds[3]) >= self.lead_dropout
        return (signals * factor + white * deviation * self.noise) * tf.cast(kept, tf.float32)

    def _shifted(self, signals: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        batch, samples, _ = tf.unstack(tf.shape(signals))
        most = tf.cast(self.shift * tf.cast(samples, tf.float32), tf.int32)
        shift = tf.random.stateless_uniform((batch, 1), seed, -most, most + 1, tf.int32)
        instants = tf.clip_by_value(tf.range(samples)[None] + shift, 0, samples - 1)
        return tf.gather(signals, instants, batch_dims=1)
