"""DiscriminativeAdamW: AdamW with a share of the learning rate for each variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ecgzoo.training.flat_adamw import FlatAdamW


@keras.saving.register_keras_serializable(package="ecgzoo")
class DiscriminativeAdamW(FlatAdamW):
    """FlatAdamW whose steps and decay are shortened by a factor per variable.

    A factor of 0 freezes a variable, to the bit, without a new graph: its moments go on, so that it
    starts with good ones when it is unfrozen. Source of the idea: Howard and Ruder (2018),
    arXiv 1801.06146, section 3.2, discriminative fine-tuning.

    Args:
        learning_rate: of a variable with the factor 1.
        **settings: as of :class:`~ecgzoo.training.flat_adamw.FlatAdamW`.

    Raises:
        ValueError: as FlatAdamW does.

    Example:
        >>> fast, slow, frozen = (keras.Variable([1.0]) for _ in range(3))
        >>> optimizer = DiscriminativeAdamW(0.5, weight_decay=0.0)
        >>> optimizer.build([fast, slow, frozen])
        >>> optimizer.set_factors([1.0, 0.5, 0.0])
        >>> optimizer.apply([keras.ops.ones(1)] * 3)
        >>> [round(float(variable.numpy()[0]), 3) for variable in (fast, slow, frozen)]
        [0.5, 0.75, 1.0]
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.001,
        **settings: Any,
    ) -> None:
        super().__init__(learning_rate, **{"name": "discriminative_adamw", **settings})

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Makes the factors, 1 at first, beside the moments."""
        if self.built:
            return
        super().build(variables)
        self._sizes = [math.prod(variable.shape) for variable in variables]
        self._factors = self.add_variable(
            (sum(self._sizes),), initializer="ones", dtype=self._momentum.dtype, name="factors"
        )

    def set_factors(self, factors: Sequence[float]) -> None:
        """Sets the factor of each variable that the optimizer was built for, in order.

        Raises:
            ValueError: if there are not as many as variables, or one is negative.
        """
        if len(factors) != len(self._sizes) or min(factors, default=0) < 0:
            raise ValueError(
                f"expected {len(self._sizes)} factors from 0 up, one per variable; got {factors}"
            )
        self._factors.assign(np.repeat(factors, self._sizes).astype("float32"))

    def _updated(self, weights: Any, gradient: Any) -> Any:
        return weights + self._factors * (super()._updated(weights, gradient) - weights)
