"""Losses: of one class per record, and of several at once, where rare ones weigh more."""

from typing import Any

import keras
import numpy as np
from keras import ops

LARGEST_WEIGHT = 10.0  # of a class's positives: a class of ten records must not rule the loss


def positive_weights(targets: np.ndarray) -> np.ndarray:
    """What the positives of each class weigh: the root of negatives over positives, 1 to 10.

    The ratio itself would have a class of one record in a hundred called in every third one.

    Args:
        targets: zeros and ones, ``[n, classes]``.

    Returns:
        float32 ``[classes]``.

    Example:
        >>> positive_weights(np.array([[1, 0]] * 5 + [[0, 1]] * 80)).round(2).tolist()
        [4.0, 1.0]
    """
    positives = np.maximum(np.asarray(targets, float).sum(axis=0), 1)
    ratio = (len(targets) - positives) / positives
    return np.clip(np.sqrt(ratio), 1, LARGEST_WEIGHT).astype(np.float32)


def weighted_log_likelihoods(
    targets: Any, answers: Any, weights: Any, label_smoothing: float = 0.0
) -> Any:
    """``w_c t log p + (1 - t) log(1 - p)`` of each class: float32 ``[batch, classes]``.

    Args:
        targets: ``t``, zeros and ones ``[batch, classes]``.
        answers: ``p``, probabilities ``[batch, classes]``.
        weights: ``w_c`` of each class.
        label_smoothing: share of a target that is moved to one half.

    Example:
        >>> found = weighted_log_likelihoods([[1.0, 0.0]], [[0.5, 0.5]], [2.0, 1.0])
        >>> [round(float(one), 4) for one in found[0]]
        [-1.3863, -0.6931]
    """
    target = ops.cast(targets, "float32") * (1 - label_smoothing) + label_smoothing / 2
    # As Keras' own: beyond this the logarithm of float32 is no number.
    shares = ops.clip(ops.cast(answers, "float32"), 1e-7, 1 - 1e-7)
    positive = ops.convert_to_tensor(weights, "float32") * target * ops.log(shares)
    return positive + (1 - target) * ops.log(1 - shares)


@keras.saving.register_keras_serializable(package="ecgzoo")
class WeightedBinaryCrossentropy(keras.losses.Loss):
    r"""Mean over the classes of ``-w_c t log p - (1 - t) log(1 - p)``.

    Args:
        weights: ``w_c`` of each class; see :func:`positive_weights`.
        label_smoothing: share of a target that is moved to one half.
        shares: what each class counts for in the mean, together 1; by default all the same.

    Example:
        >>> loss = WeightedBinaryCrossentropy([2.0, 1.0])
        >>> round(float(loss(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))), 4)
        1.0397
    """

    def __init__(
        self,
        weights: Any,
        label_smoothing: float = 0.0,
        shares: Any = None,
        name: str = "weighted",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.weights = [float(one) for one in weights]
        self.label_smoothing = label_smoothing
        self.shares = None if shares is None else [float(one) for one in shares]

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each record: ``[batch]``."""
        each = weighted_log_likelihoods(y_true, y_pred, self.weights, self.label_smoothing)
        if self.shares is None:
            return -ops.mean(each, axis=-1)
        return -ops.sum(each * ops.convert_to_tensor(self.shares, "float32"), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return super().get_config() | {
            "weights": self.weights,
            "label_smoothing": self.label_smoothing,
            "shares": self.shares,
        }


@keras.saving.register_keras_serializable(package="ecgzoo")
class StandardisedHuber(keras.losses.Loss):
    """Huber's loss of errors in standard deviations of the target: beyond one, it grows evenly.

    So that a mistyped number does not rule it. Source: Huber (1964), Robust Estimation of a
    Location Parameter, Annals of Mathematical Statistics 35(1), 73-101.

    Args:
        scale: the target's standard deviation.

    Example:
        >>> loss = StandardisedHuber(10.0)
        >>> float(loss(np.array([[60.0], [60.0]]), np.array([[65.0], [90.0]])))
        1.3125
    """

    def __init__(self, scale: float, name: str = "huber", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.scale = float(scale)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each record: ``[batch]``."""
        error = ops.abs(ops.cast(y_pred, "float32") - ops.cast(y_true, "float32")) / self.scale
        return ops.mean(ops.where(error < 1, error**2 / 2, error - 0.5), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return super().get_config() | {"scale": self.scale}


def loss_of(
    targets: np.ndarray,
    multi_label: bool,
    label_smoothing: float = 0.0,
    regression: bool = False,
    shares: np.ndarray | None = None,
) -> keras.losses.Loss:
    """The loss of a training part.

    Args:
        targets: its ones and zeros, ``[n, classes]``; of a regression its numbers, ``[n, 1]``.
        multi_label: whether several classes may hold at once.
        label_smoothing: share of a target spread over all classes; of a regression nothing is.
        regression: whether a number is estimated.
        shares: of several classes at once, what each counts for; see
            :func:`tf_data.label_sets.shares_of`.
    """
    if regression:
        return StandardisedHuber(float(np.std(targets)))
    if multi_label:
        return WeightedBinaryCrossentropy(positive_weights(targets), label_smoothing, shares)
    return keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)


def accuracy_of(multi_label: bool, regression: bool = False) -> Any:
    """What Keras logs as ``accuracy``: of several classes at once, the share of right labels.

    Of a regression it is ``mae``, the mean absolute error.
    """
    if regression:
        return keras.metrics.MeanAbsoluteError(name="mae")
    return keras.metrics.BinaryAccuracy(name="accuracy") if multi_label else "accuracy"
