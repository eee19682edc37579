"""The time domain: the standardised signal."""

from __future__ import annotations

from typing import Any

import keras

from ecgzoo.domains.standardisation import check_amplitude, standardised, usual_amplitude
from ecgzoo.signal_spec import SignalSpec


@keras.saving.register_keras_serializable(package="ecgzoo")
class TimeDomain(keras.layers.Layer):
    """The signal, each lead centred, in units of an amplitude or of its standard deviation.

    Args:
        amplitude: what counts as 1, in the signal's unit; None for each signal's own standard
            deviation over samples and leads.

    Raises:
        ValueError: if ``amplitude`` is not positive.

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

    time_axis = 1  # along which an explanation can be laid on the signal

    def __init__(self, amplitude: float | None = None, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", "name": "time", **kwargs})
        self.amplitude = check_amplitude(amplitude)
        self.input_spec = keras.layers.InputSpec(ndim=3)

    def call(self, signal: Any) -> Any:
        return standardised(signal, self.amplitude)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"amplitude": self.amplitude}


def time(spec: SignalSpec) -> TimeDomain:
    """The time domain of signals that meet ``spec``."""
    return TimeDomain(usual_amplitude(spec.unit))
