"""A metric's mean over several test parts, which share groups but need not hold the same ones.

That is what repeated draws of a training part give: each leaves other patients for the test, many
of them the same. A resample draws patients, each with all that was answered for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.confusion import Metric
from ecgzoo.evaluation.weighted import WeightedMetric, weighted_metric


@dataclass(frozen=True, eq=False)
class Answered:
    """A test part, and the answers for it.

    Attributes:
        labels: true class indices, int ``[n]``.
        predictions: class indices, int ``[n]``, or probabilities ``[n, classes]``.
        groups: group of each record, ``[n]``.
    """

    labels: ArrayLike
    predictions: ArrayLike
    groups: ArrayLike


def mean_metric(parts: Sequence[Answered], metric: str | Metric) -> WeightedMetric:
    """The mean over the parts, as a function of the weights of all groups, which stand sorted.

    Args:
        parts: at least one.
        metric: as in :func:`~ecgzoo.evaluation.weighted.weighted_metric`.

    Raises:
        ValueError: on what ``weighted_metric`` refuses in a part, and if there is no part.

    Example:
        >>> parts = [Answered([0, 1], [0, 0], ["a", "b"]), Answered([0, 1], [0, 1], ["b", "c"])]
        >>> measure = mean_metric(parts, "accuracy")
        >>> measure.groups, measure.estimate, measure(np.array([[1.0, 3.0, 2.0]])).tolist()
        (3, 0.75, [0.625])
    """
    if not parts:
        raise ValueError("expected at least one test part; got none")
    everyone = np.unique(np.concatenate([np.asarray(part.groups) for part in parts]))
    measures = [
        weighted_metric(part.labels, part.predictions, part.groups, metric) for part in parts
    ]
    places = [np.searchsorted(everyone, np.unique(np.asarray(part.groups))) for part in parts]

    def mean(weights: np.ndarray) -> np.ndarray:
        own = [one(weights[:, place]) for one, place in zip(measures, places, strict=True)]
        return np.asarray(np.mean(own, axis=0))

    return WeightedMetric(len(everyone), mean)
