"""Combiner: what the layers that join the domains' answers have in common."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.features import Branch
from ecgzoo.fusion.fused import presence


class Combiner(keras.layers.Layer):
    """A layer from the domains' probabilities to those of the record; a subclass says how.

    Args:
        multi_label: whether classes may hold together.

    Input shape:
        A list: probabilities ``[batch, domains, classes]`` and the presence ``[batch, domains]``.

    Output shape:
        float32 ``[batch, classes]``.

    Example:
        >>> import numpy as np
        >>> class Surest(Combiner):
        ...     def call(self, inputs):
        ...         return ops.max(inputs[0], axis=1)
        >>> answers = np.array([[[0.1, 0.9], [0.2, 0.8]]])
        >>> np.asarray(Surest()([answers, np.ones((1, 2))])).astype(float).round(1).tolist()
        [[0.2, 0.9]]
    """

    def __init__(self, multi_label: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        self.multi_label = multi_label

    @classmethod
    def joining(cls, branches: Mapping[str, Branch]) -> Any:
        """What a layer of this kind, called ``probabilities``, makes of the branches."""
        multi_label = next(iter(branches.values())).multi_label
        return cls(multi_label, name="probabilities")([stacked(branches), presence(branches)])

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> Any:
        return input_shape[0][0], input_shape[0][2]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"multi_label": self.multi_label}


def stacked(branches: Mapping[str, Branch]) -> Any:
    """``[batch, domains, classes]``: the probabilities of each branch."""
    return ops.stack([branch.probabilities for branch in branches.values()], axis=1)


Answers = np.ndarray | Mapping[str, np.ndarray]


def answers_of(probabilities: Answers) -> np.ndarray:
    """``[records, domains, classes]`` from that, or from ``[records, classes]`` by domain.

    Raises:
        ValueError: if the array has another number of axes, or holds no records.
    """
    if isinstance(probabilities, Mapping):
        probabilities = np.stack([np.asarray(one) for one in probabilities.values()], axis=1)
    answers = np.asarray(probabilities, np.float64)
    if answers.ndim != 3 or not len(answers):
        raise ValueError(f"expected answers [records, domains, classes]; got {answers.shape}")
    return answers


def targets_of(labels: np.ndarray, answers: np.ndarray, multi_label: bool) -> np.ndarray:
    """``[records, classes]`` of ones and zeros, from that or from the class of each record.

    Raises:
        ValueError: if the labels do not match the answers.
    """
    labels, (records, _, classes) = np.asarray(labels), answers.shape
    if labels.shape == (records, classes):
        return labels.astype(np.float64)
    if multi_label or labels.shape != (records,):
        expected = f"[{records}, {classes}]" + ("" if multi_label else f" or [{records}]")
        raise ValueError(f"expected labels {expected}; got {list(labels.shape)}")
    return np.eye(classes)[labels]
