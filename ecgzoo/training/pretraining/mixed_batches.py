"""MixedBatches: batches with equally many records of each data set, augmented and masked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ecgzoo.training.pretraining.corpus import Corpus
from ecgzoo.training.pretraining.lead_masking import masked_leads
from tf_data.augmentation import Augmentation
from tf_data.stored_signals import taken

VARIATION = Augmentation(
    shift=0.05, stretch=0.08, gain=0.1, common_gain=0.2, cutout=0.05, lead_dropout=0.0
)


@dataclass(frozen=True, eq=False)
class MixedBatches:
    """Batches of a corpus; what is in one depends on the seed and its number alone.

    Of each data set a batch has the same share. A set's records are drawn in rounds: none comes
    twice before all have come.

    Attributes:
        corpus: what is learned from.
        size: records in a batch, about.
        seed: of the draws.
        variation: how signals are changed.
        mixup: alpha of mixing the records of a data set, signals and targets alike; 0 for none.
            Source: Zhang et al. (2018), mixup: Beyond Empirical Risk Minimization, ICLR, section 2.
    """

    corpus: Corpus
    size: int = 64
    seed: int = 0
    variation: Augmentation = VARIATION
    mixup: float = 0.0

    def batch(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Signals ``[n, samples, leads]``, and targets and which are known ``[n, 2 * classes]``."""
        parts = [self._part(number, place, name) for place, name in enumerate(self.corpus.sets)]
        signals, targets = (np.concatenate(one) for one in zip(*parts, strict=True))
        return signals, targets

    def between(self, first: int, last: int) -> tf.data.Dataset:
        """The batches from one number to below another, a few ahead of who takes them."""
        samples, leads = self.corpus.spec.shape
        classes = len(self.corpus.classes)

        def drawn(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            signals, targets = tf.numpy_function(
                lambda one: self.batch(int(one)), (number,), (tf.float32, tf.float32)
            )
            return (
                tf.ensure_shape(signals, (None, samples, leads)),
                tf.ensure_shape(targets, (None, 2 * classes)),
            )

        return tf.data.Dataset.range(first, last).map(drawn).prefetch(4)

    def _part(self, number: int, place: int, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A batch's records of one data set."""
        data, corpus = self.corpus.sets[name], self.corpus
        count = -(-self.size // len(corpus.sets))
        rows = self._rows(number * count + np.arange(count), place, len(data))
        found = np.asarray(taken(data.signals, rows), np.float32)
        found = self.variation.drawn(found, rows, np.full(count, number + 1), self.seed + place)
        rng = np.random.default_rng((self.seed, place, number, 1))
        found, labels = self._mixed(found, data.labels[rows].astype(np.float32), rng)
        targets = np.zeros((count, 2, len(corpus.classes)), np.float32)
        targets[:, 0, corpus.columns(name)] = labels
        targets[:, 1, corpus.columns(name)] = 1
        return corpus.placed(name, masked_leads(found, rng)), targets.reshape(count, -1)

    def _mixed(
        self, signals: np.ndarray, labels: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Each record with some of the one before it, as the batch stands."""
        if not self.mixup:
            return signals, labels
        own = rng.beta(self.mixup, self.mixup, len(labels)).astype(np.float32)[:, None]

        def joined(each: np.ndarray, own: np.ndarray) -> np.ndarray:
            return own * each + (1 - own) * np.roll(each, 1, axis=0)

        return joined(signals, own[..., None]), joined(labels, own)

    def _rows(self, drawn: np.ndarray, place: int, records: int) -> np.ndarray:
        """Which records the draws of such numbers are."""
        rounds = {
            one: np.random.default_rng((self.seed, place, one, 0)).permutation(records)
            for one in np.unique(drawn // records).tolist()
        }
        return np.array([rounds[one // records][one % records] for one in drawn.tolist()])
