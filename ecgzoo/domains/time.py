"""The time domain: the standardised signal; standardisation is what every domain does first."""

from typing import Any

import keras
from keras import ops

from ecgzoo.signal_spec import SignalSpec

# A twelve-lead ECG's standard deviation is about this much, in mV. How large a heartbeat is tells
# of the heart, so it is not divided out: one constant for all signals.
MILLIVOLTS = 0.25
FLOOR = 1e-6


def usual_amplitude(unit: str) -> float | None:
    """What counts as 1 in a unit; None where nothing is usual, as for gray levels.

    Example:
        >>> usual_amplitude("mV"), usual_amplitude("gray")
        (0.25, None)
    """
    return MILLIVOLTS if unit == "mV" else None


def centred(signal: Any) -> Any:
    """The signal ``[..., samples, leads]`` without the mean of each lead."""
    signal = ops.cast(signal, "float32")
    return signal - ops.mean(signal, axis=-2, keepdims=True)


def standardised(signal: Any, amplitude: float | None = None) -> Any:
    """The centred signal in units of an amplitude, or of its own standard deviation.

    One unit for all leads keeps their relative amplitudes. A constant signal becomes zeros; NaN
    stays in its row.

    Args:
        signal: ``[batch, samples, leads]``, any unit.
        amplitude: what counts as 1, in the signal's unit; None for the standard deviation of each
            signal over its samples and leads.

    Returns:
        float32 ``[batch, samples, leads]``, without unit.

    Example:
        >>> import numpy as np
        >>> signal = np.array([[[0.0], [2.0]]], "float32")
        >>> np.asarray(standardised(signal)).round(3).tolist()
        [[[-1.0], [1.0]]]
        >>> np.asarray(standardised(signal, amplitude=0.25)).tolist()
        [[[-4.0], [4.0]]]
    """
    signal = centred(signal)
    if amplitude is not None:
        return signal / amplitude
    power = ops.mean(ops.square(signal), axis=(-2, -1), keepdims=True)
    return signal / ops.maximum(ops.sqrt(power), FLOOR)


def check_amplitude(amplitude: float | None) -> float | None:
    """The amplitude as a float.

    Raises:
        ValueError: if it is not positive.
    """
    if amplitude is not None and not amplitude > 0:
        raise ValueError(f"amplitude must be above 0, or None; got {amplitude}")
    return None if amplitude is None else float(amplitude)


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
    any_length = True  # a step of it means the same whatever the window's length

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


def time(spec: SignalSpec, amplitude: float | None = None) -> TimeDomain:
    """The time domain of signals that meet ``spec``.

    Args:
        spec: the signals.
        amplitude: what counts as 1, in the spec's unit; by default what is usual in it.
    """
    return TimeDomain(usual_amplitude(spec.unit) if amplitude is None else amplitude)
