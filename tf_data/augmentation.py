"""Random changes to training signals that leave their class as it is."""

from __future__ import annotations

from collections.abc import Sequence
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
        found, changed = np.array(signals, np.float32), np.flatnonzero(numbers)
        if len(changed):
            keys = zip(numbers[changed].tolist(), rows[changed].tolist(), strict=True)
            draws = Draws([np.random.default_rng((seed, *key)) for key in keys])
            found[changed] = self._changed(found[changed], draws)
        return found

    def _changed(self, signals: np.ndarray, draws: Draws) -> np.ndarray:
        _, samples, leads = signals.shape
        deviation = signals.std(axis=(1, 2), keepdims=True)
        gain = 1 + self.gain * draws.uniform(-1, 1, (1, leads))
        noise = self.noise * draws.normal((samples, leads))
        chance = draws.uniform(0, 1, (1, leads))
        kept = (chance >= self.lead_dropout) | (chance == chance.max(axis=2, keepdims=True))
        changed = self._shifted(signals, draws) * gain + deviation * (
            noise + self._wander(signals, draws)
        )
        if self.common_gain:
            changed = changed * np.exp(self.common_gain * draws.uniform(-1, 1, (1, 1)))
        if self.cutout:
            changed = self._cut(changed, draws)
        return np.where(kept, changed, 0)

    def _shifted(self, signals: np.ndarray, draws: Draws) -> np.ndarray:
        samples = signals.shape[1]
        most = int(self.shift * samples)
        shift = draws.integers(-most, most + 1, (1,))
        if self.stretch:
            return self._stretched(signals, shift, draws)
        instants = np.clip(np.arange(samples) + shift, 0, samples - 1)
        return np.stack([one[there] for one, there in zip(signals, instants, strict=True)])

    def _stretched(self, signals: np.ndarray, shift: np.ndarray, draws: Draws) -> np.ndarray:
        samples = signals.shape[1]
        pace = np.exp(self.stretch * draws.uniform(-1, 1, (1,)))
        instants = (np.arange(samples) - samples / 2) * pace + samples / 2 + shift
        instants = np.clip(instants, 0, samples - 1)[:, :, None]
        before = np.floor(instants).astype(int)
        after = np.minimum(before + 1, samples - 1)
        share = (instants - before).astype(np.float32)
        early, late = (
            np.stack([one[there] for one, there in zip(signals, rows[:, :, 0], strict=True)])
            for rows in (before, after)
        )
        return early + share * (late - early)

    def _cut(self, signals: np.ndarray, draws: Draws) -> np.ndarray:
        _, samples, leads = signals.shape
        middle = samples * draws.uniform(0, 1, (1, leads))
        length = self.cutout * samples * draws.uniform(0, 1, (1, leads))
        inside = np.abs(np.arange(samples)[:, None] - middle) < length / 2
        return np.where(inside, signals.mean(axis=1, keepdims=True), signals)

    def _wander(self, signals: np.ndarray, draws: Draws) -> np.ndarray:
        _, samples, leads = signals.shape
        cycles = draws.uniform(0.2, 1.5, (1, leads))
        phase = draws.uniform(0, 2 * np.pi, (1, leads))
        size = self.wander * draws.uniform(0, 1, (1, leads))
        time = np.linspace(0, 2 * np.pi, samples, dtype=np.float32)[:, None]
        return size * np.sin(cycles * time + phase)


class Draws:
    """Numbers drawn for some records, of each by a generator of its own.

    So what a record draws does not hang on which others are drawn with it.

    Example:
        >>> alone = Draws([np.random.default_rng(1)]).uniform(0, 1, (2,))
        >>> several = Draws([np.random.default_rng(seed) for seed in (0, 1)]).uniform(0, 1, (2,))
        >>> (several[1] == alone[0]).all()
        np.True_
    """

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self._generators = generators

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> np.ndarray:
        """float32 ``[records, *shape]``."""
        found = [one.random(shape, np.float32) for one in self._generators]
        return np.asarray(low + (high - low) * np.stack(found), np.float32)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        """float32 ``[records, *shape]``, of variance 1."""
        return np.stack([one.standard_normal(shape, np.float32) for one in self._generators])

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> np.ndarray:
        """int64 ``[records, *shape]``, below ``high``."""
        return np.stack([one.integers(low, high, shape) for one in self._generators])


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
