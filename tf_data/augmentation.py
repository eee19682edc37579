"""Random changes to training signals that leave their class as it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """How far a training signal may be changed; the same seed gives the same changes.

    Attributes:
        count: how many variants of each signal there are; the first is the signal itself.
        shift: largest shift in time, as a share of the samples; the ends are repeated.
        stretch: largest stretching of time about the middle: by up to ``exp(stretch)``, or as much
            the other way. Samples between samples are drawn on a straight line.
        gain: largest relative change of one lead's amplitude.
        common_gain: largest change of all leads together: a factor up to ``exp(common_gain)``, or
            as much the other way.
        noise: standard deviation of white noise, as a share of the signal's own.
        wander: amplitude of a slow sine on each lead, as a share of the signal's deviation.
        cutout: longest stretch of each lead that is set to its mean, as a share of the samples.
        lead_dropout: probability that a lead is set to zero; one lead always stays.

    Example:
        >>> signals = np.random.default_rng(0).normal(size=(5, 200, 12)).astype("float32")
        >>> Augmentation(count=3).variants(signals, seed=0).shape
        (15, 200, 12)
    """

    count: int = 4
    shift: float = 0.2
    stretch: float = 0.0
    gain: float = 0.2
    common_gain: float = 0.0
    noise: float = 0.05
    wander: float = 0.2
    cutout: float = 0.0
    lead_dropout: float = 0.1

    def variants(self, signals: np.ndarray, seed: int) -> np.ndarray:
        """All variants, float32 ``[count * n, samples, leads]``, one after another."""
        rng = np.random.default_rng(seed)
        changed = [self._changed(signals, rng) for _ in range(self.count - 1)]
        return np.concatenate([signals, *changed]).astype(np.float32)

    def _changed(self, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        records, samples, leads = signals.shape
        deviation = signals.std(axis=(1, 2), keepdims=True)
        gain = 1 + self.gain * rng.uniform(-1, 1, (records, 1, leads))
        noise = self.noise * rng.standard_normal(signals.shape, np.float32)
        chance = rng.random((records, 1, leads))
        kept = (chance >= self.lead_dropout) | (chance == chance.max(axis=2, keepdims=True))
        changed = self._shifted(signals, rng) * gain + deviation * (
            noise + self._wander(signals, rng)
        )
        # What is left out draws no numbers: old recipes give what they gave.
        if self.common_gain:
            changed = changed * np.exp(self.common_gain * rng.uniform(-1, 1, (records, 1, 1)))
        if self.cutout:
            changed = self._cut(changed, rng)
        return np.where(kept, changed, 0)

    def _shifted(self, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        records, samples, _ = signals.shape
        most = int(self.shift * samples)
        shift = rng.integers(-most, most + 1, (records, 1))
        if self.stretch:
            return self._stretched(signals, shift, rng)
        instants = np.clip(np.arange(samples) + shift, 0, samples - 1)
        return np.take_along_axis(signals, instants[:, :, None], axis=1)

    def _stretched(
        self, signals: np.ndarray, shift: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        samples = signals.shape[1]
        pace = np.exp(self.stretch * rng.uniform(-1, 1, shift.shape))
        instants = (np.arange(samples) - samples / 2) * pace + samples / 2 + shift
        instants = np.clip(instants, 0, samples - 1)[:, :, None]
        before = np.floor(instants).astype(int)
        after = np.minimum(before + 1, samples - 1)
        share = (instants - before).astype(np.float32)
        early, late = (np.take_along_axis(signals, rows, axis=1) for rows in (before, after))
        return early + share * (late - early)

    def _cut(self, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        records, samples, leads = signals.shape
        middle = samples * rng.random((records, 1, leads))
        length = self.cutout * samples * rng.random((records, 1, leads))
        inside = np.abs(np.arange(samples)[:, None] - middle) < length / 2
        return np.where(inside, signals.mean(axis=1, keepdims=True), signals)

    def _wander(self, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        records, samples, leads = signals.shape
        cycles = rng.uniform(0.2, 1.5, (records, 1, leads))
        phase = rng.uniform(0, 2 * np.pi, (records, 1, leads))
        size = self.wander * rng.random((records, 1, leads))
        time = np.linspace(0, 2 * np.pi, samples)[:, None]
        return size * np.sin(cycles * time + phase)


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
