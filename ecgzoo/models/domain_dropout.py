"""DomainDropout: in training, a record loses whole domains."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ecgzoo")
class DomainDropout(keras.layers.Layer):
    """Takes domains from a mask at random, record by record, but never the last one.

    Every domain draws a number; those below ``rate`` are left out, and the one with the highest
    stays in any case (ModDrop, Neverova et al. 2016, section 4.2, drops them independently too).

    Args:
        rate: how often a domain is left out; a little less often than that, since one stays.
        seed: of the draws.

    Raises:
        ValueError: if ``rate`` lies outside ``[0, 1)``.

    Input shape:
        ``[batch, domains]``, ones and zeros.

    Output shape:
        The same; in inference the input itself.

    Example:
        >>> import numpy as np
        >>> left = np.asarray(DomainDropout(0.5, seed=1)(np.ones((1000, 3)), training=True))
        >>> bool((left.sum(1) >= 1).all()), bool((left.sum(1) < 3).any())
        (True, True)
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        if not 0 <= rate < 1:
            raise ValueError(f"the rate of domain dropout must lie in [0, 1); got {rate}")
        self.rate = float(rate)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, present: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return present
        # An absent domain draws less than any other: it is not the one that stays.
        drawn = keras.random.uniform(ops.shape(present), seed=self.seed_generator) + present - 1
        stays = drawn >= ops.max(drawn, axis=1, keepdims=True)
        return present * ops.cast(ops.logical_or(drawn >= self.rate, stays), present.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rate": self.rate, "seed": self.seed}
