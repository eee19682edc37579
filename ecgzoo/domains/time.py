"""The time domain: the standardised signal."""

from __future__ import annotations

from typing import Any

import keras

from ecgzoo.domains.standardisation import standardised
from ecgzoo.signal_spec import SignalSpec


@keras.saving.register_keras_serializable(package="ecgzoo")
class TimeDomain(keras.layers.Layer):
    """The signal, each lead centred, in units of the signal's standard deviation.

    Input shape:
        ``[batch, samples, leads]``, in any unit.

    Output shape:
        float32 ``[batch, samples, leads]``, without unit.

    Example:
        >>> import numpy as np
        >>> signal = np.random.default_rng(0).normal(2, 3, (2, 500, 12))
        >>> time = np.asarray(TimeDomain()(signal))
        >>> time.shape, float(time.std().round(3))
        ((2, 500, 12), 1.0)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", "name": "time", **kwargs})
        self.input_spec = keras.layers.InputSpec(ndim=3)

    def call(self, signal: Any) -> Any:
        return standardised(signal)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)


def time(spec: SignalSpec) -> TimeDomain:
    """The time domain of signals that meet ``spec``."""
    return TimeDomain()
