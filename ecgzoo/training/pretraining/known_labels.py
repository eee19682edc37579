"""KnownBinaryCrossentropy: a loss over the classes that somebody labelled, task by task."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from ecgzoo.training.losses import weighted_log_likelihoods


@keras.saving.register_keras_serializable(package="ecgzoo")
class KnownBinaryCrossentropy(keras.losses.Loss):
    r"""Of each record, ``-sum_c k_c s_c (w_c t log p + (1 - t) log(1 - p))``.

    Where ``k_c`` is 1 if the class was asked about in the record's data set and else 0, ``s_c``
    one over the number of classes of its task, so that a task of five weighs as much as one of
    seventy, and ``w_c`` what the class's positives weigh.

    Args:
        weights: ``w_c`` of each class; see :func:`ecgzoo.training.losses.positive_weights`.
        shares: ``s_c`` of each.
        label_smoothing: share of a target that is moved to one half.

    Input shape:
        Of the targets ``[batch, 2 * classes]``: the targets, then ``k``. Of the answers ``[batch,
        classes]``.

    Example:
        >>> loss = KnownBinaryCrossentropy([2.0, 1.0], [1.0, 1.0])
        >>> known, unknown = np.array([[1.0, 0, 1, 0]]), np.array([[1.0, 0, 0, 0]])
        >>> answer = np.array([[0.5, 0.5]])
        >>> round(float(loss(known, answer)), 4), abs(float(loss(unknown, answer)))
        (1.3863, 0.0)
    """

    def __init__(
        self,
        weights: ArrayLike,
        shares: ArrayLike,
        label_smoothing: float = 0.0,
        name: str = "known",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.weights = np.asarray(weights, float).tolist()
        self.shares = np.asarray(shares, float).tolist()
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each record: ``[batch]``."""
        told, known = ops.split(ops.cast(y_true, "float32"), 2, axis=-1)
        each = weighted_log_likelihoods(told, y_pred, self.weights, self.label_smoothing)
        return -ops.sum(known * ops.convert_to_tensor(self.shares, "float32") * each, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return super().get_config() | {
            "weights": self.weights,
            "shares": self.shares,
            "label_smoothing": self.label_smoothing,
        }


def shares_of(sizes: Sequence[int]) -> np.ndarray:
    """One over the number of classes of each class's task: float32 ``[classes]``.

    Example:
        >>> shares_of([2, 1]).tolist()
        [0.5, 0.5, 1.0]
    """
    return np.concatenate([np.full(size, 1 / size) for size in sizes]).astype(np.float32)
