"""Variants: signals as they are trained on, each made when it is asked for."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from tf_data.augmentation import Augmentation
from tf_data.stored_signals import Signals


@dataclass(frozen=True, eq=False)
class Variants:
    """Signals in all their variants, one after another.

    Attributes:
        signals: float32 ``[n, samples, leads]``.
        augmentation: how they are changed; None for not at all.
        seed: of the changes.

    Example:
        >>> every = Variants(np.ones((5, 200, 12), "float32"), Augmentation(count=3))
        >>> len(every), every.read(np.array([4, 1]), np.array([0, 2])).shape
        (15, (2, 200, 12))
    """

    signals: Signals
    augmentation: Augmentation | None = None
    seed: int = 0

    @property
    def count(self) -> int:
        """How many there are of each."""
        return self.augmentation.count if self.augmentation else 1

    def __len__(self) -> int:
        return self.count * len(self.signals)

    @property
    def change(self) -> str:
        """What tells these variants of the same signals from others."""
        return f"{self.augmentation} {self.seed}" if self.augmentation else ""

    def read(self, rows: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Some records, each in the variant of that number."""
        found = np.asarray(self.signals[rows], np.float32)
        change = self.augmentation
        return change.drawn(found, rows, numbers, self.seed) if change else found

    def batch(self, rows: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        """The same, in a graph."""
        found = tf.numpy_function(self.read, (rows, numbers), tf.float32, stateful=False)
        return tf.ensure_shape(found, (None, *self.signals.shape[1:]))

    def at(self, places: tf.Tensor) -> tf.Tensor:
        """Those at some places among all."""
        return self.batch(places % len(self.signals), places // len(self.signals))

    def whole(self) -> np.ndarray:
        """All of them, float32 ``[count * n, samples, leads]``."""
        if self.augmentation:
            return self.augmentation.variants(self.signals, self.seed)
        return np.asarray(self.signals)
