"""Random changes to training signals that leave their class as it is."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from tf_data.stored_signals import BLOCK, Signals


@dataclass(frozen=True)
class Augmentation:
    """How far a training signal may be changed; the same seed gives the same changes.

    What becomes of a record depends on the seed, its row and the number of the variant alone: so
    variants are the same whether all are made before, or each when it is needed.

    Attributes:
        count: how many variants of each signal there are; the first is the signal itself. A whole
            number.
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
        flip: probability that all leads are turned upside down, as by a device held the wrong way.

    Raises:
        ValueError: if ``count`` is no whole number above 0.

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
    flip: float = 0.0

    def __post_init__(self) -> None:
        if self.count < 1 or self.count % 1:
            raise ValueError(f"expected count= as a whole number above 0; got {self.count}")
        object.__setattr__(self, "count", int(self.count))  # a command line's numbers are floats

    def variants(self, signals: Signals, seed: int) -> np.ndarray:
        """All variants, float32 ``[count * n, samples, leads]``, one after another."""
        found = np.empty((self.count, *signals.shape), np.float32)
        for start in range(0, len(signals), BLOCK):
            block = signals[start : start + BLOCK]
            rows = np.arange(start, start + len(block))
            for number in range(self.count):
                numbers = np.full(len(rows), number)
                found[number, rows] = self.drawn(block, rows, numbers, seed)
        return found.reshape(-1, *signals.shape[1:])

    def drawn(
        self, signals: np.ndarray, rows: np.ndarray, numbers: np.ndarray, seed: int
    ) -> np.ndarray:
        """Some signals, each in one of its variants; one alone is what it is among all.

        Args:
            signals: float32 ``[n, samples, leads]``.
            rows: which of the training part they are.
            numbers: which variant of each is wanted, below :attr:`count`.
            seed: of the changes.

        Returns:
            float32 ``[n, samples, leads]``.

        Example:
            >>> signals, some = np.ones((5, 200, 12), "float32"), Augmentation()
            >>> found = some.drawn(signals[[4, 1]], np.array([4, 1]), np.array([3, 0]), seed=7)
            >>> (found == some.variants(signals, seed=7)[[3 * 5 + 4, 1]]).all()
            np.True_
        """
        found = np.array(signals, np.float32)
        for place in np.flatnonzero(numbers):
            key = (seed, int(numbers[place]), int(rows[place]))
            found[place] = self._changed(signals[place], np.random.default_rng(key))
        return found

    def _changed(self, signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One signal ``[samples, leads]``: small enough to stay near the processor throughout."""
        samples, leads = signal.shape
        gain = _between(rng, 1 - self.gain, 1 + self.gain, leads)
        noise = _noise(signal.size)[(start := rng.integers(NOISES)) : start + signal.size]
        chance = _between(rng, 0, 1, leads)
        found = self._shifted(signal, rng) * gain
        disturbance = self._wander(signal, rng)
        disturbance += self.noise * noise.reshape(signal.shape)
        found += signal.std() * disturbance
        if self.common_gain:
            found *= np.exp(_between(rng, -self.common_gain, self.common_gain, 1))
        if self.cutout:
            found = self._cut(found, rng)
        if self.flip and rng.random() < self.flip:
            found = -found
        found[:, (chance < self.lead_dropout) & (chance < chance.max())] = 0
        return found

    def _shifted(self, signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        samples = len(signal)
        most = int(self.shift * samples)
        shift = int(rng.integers(-most, most + 1))
        if self.stretch:
            return self._stretched(signal, shift, rng)
        return signal.take(np.arange(shift, shift + samples), axis=0, mode="clip")

    def _stretched(self, signal: np.ndarray, shift: int, rng: np.random.Generator) -> np.ndarray:
        samples = len(signal)
        pace = np.exp(_between(rng, -self.stretch, self.stretch, 1))
        instants = (np.arange(samples) - samples / 2) * pace + samples / 2 + shift
        instants = np.clip(instants, 0, samples - 1)
        before = instants.astype(int)
        share = (instants - before).astype(np.float32)[:, None]
        early = signal[before]
        return early + share * (signal.take(before + 1, axis=0, mode="clip") - early)

    def _cut(self, signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        samples, leads = signal.shape
        middle = samples * rng.random(leads, np.float32)
        length = self.cutout * samples * rng.random(leads, np.float32)
        inside = np.abs(np.arange(samples)[:, None] - middle) < length / 2
        return np.where(inside, signal.mean(axis=0), signal)

    def _wander(self, signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        samples, leads = signal.shape
        cycles = _between(rng, 0.2, 1.5, leads)
        phase = _between(rng, 0, 2 * np.pi, leads)
        size = _between(rng, 0, self.wander, leads)
        time = np.linspace(0, 2 * np.pi, samples, dtype=np.float32)[:, None]
        return size * np.sin(time * cycles + phase)


NOISES = 2**20
"""Places in the table of noise at which a record's noise can begin."""


@functools.lru_cache(maxsize=4)
def _noise(size: int) -> np.ndarray:
    """White noise of variance 1, for ``size`` numbers from each of its places.

    Drawing it anew for each record would take longer than all other changes together.
    """
    return np.random.default_rng(0).standard_normal(NOISES + size, np.float32)


def _between(rng: np.random.Generator, low: float, high: float, size: int) -> np.ndarray:
    return np.float32(low) + np.float32(high - low) * rng.random(size, np.float32)


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
