"""The frequency domain: the log-magnitude spectrum of each lead."""

from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.domains.fourier import FOURIER, check_fourier
from ecgzoo.domains.time import check_amplitude, standardised, usual_amplitude
from ecgzoo.signal_spec import SignalSpec

# A hundredth of what counts as 1: noise below it does not stir the logarithm.
FLOOR = 1e-2


@keras.saving.register_keras_serializable(package="ecgzoo")
class FrequencyDomain(keras.layers.Layer):
    r"""Log-amplitude of the windowed real Fourier transform, up to a highest frequency.

    With the periodic Hann window ``w``, the standardised lead ``x`` and ``n`` samples, bin ``k`` is
    ``log(2 |sum_i w_i x_i exp(-2 pi j k i / n)| / sum_i w_i + 0.01)``: a sine that falls on a bin
    shows its amplitude there.

    Args:
        sampling_rate: in Hz.
        max_frequency: the highest frequency shown, in Hz; at most half the sampling rate, which is
            the default.
        amplitude: what counts as 1, in the signal's unit; None for each signal's own standard
            deviation over samples and leads.
        fourier: ``"fft"``; or ``"matrix"``, the same to float32 rounding by matrix products, for
            runtimes without Fourier transforms.

    Raises:
        ValueError: if ``sampling_rate`` or ``amplitude`` is not positive, ``max_frequency`` lies
            outside ``(0, sampling_rate / 2]``, ``fourier`` is unknown, or (when built) the number
            of samples is not known.

    Input shape:
        ``[batch, samples, leads]``, in any unit.

    Output shape:
        float32 ``[batch, bins, leads]`` with ``bins = floor(max_frequency * samples /
        sampling_rate) + 1``.

    Example:
        >>> import numpy as np
        >>> signal = np.sin(2 * np.pi * 10 * np.arange(500) / 250)[None, :, None]
        >>> spectrum = np.asarray(FrequencyDomain(sampling_rate=250)(signal))
        >>> spectrum.shape, int(spectrum[0, :, 0].argmax())
        ((1, 251, 1), 20)
    """

    def __init__(
        self,
        sampling_rate: float,
        max_frequency: float | None = None,
        amplitude: float | None = None,
        fourier: str = "fft",
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32", "name": "frequency", **kwargs})
        self.input_spec = keras.layers.InputSpec(ndim=3)
        if sampling_rate <= 0:
            raise ValueError(f"sampling_rate must be above 0 Hz; got {sampling_rate}")
        nyquist = sampling_rate / 2
        if max_frequency is None:
            max_frequency = nyquist
        if not 0 < max_frequency <= nyquist:
            raise ValueError(
                f"max_frequency must lie in (0, {nyquist:g}] Hz, half the sampling rate of "
                f"{sampling_rate:g} Hz; got {max_frequency:g}"
            )
        self.sampling_rate = float(sampling_rate)
        self.max_frequency = float(max_frequency)
        self.amplitude = check_amplitude(amplitude)
        self.fourier = check_fourier(fourier)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if input_shape[1] is None:
            raise ValueError("the number of samples must be known when the spectrum is built")

    def bins(self, samples: int) -> int:
        """How many bins a signal of that length has."""
        # The small constant keeps a bin that lies on max_frequency but for rounding.
        return int(np.floor(self.max_frequency * samples / self.sampling_rate + 1e-9)) + 1

    def call(self, signal: Any) -> Any:
        samples = signal.shape[1]
        window = np.hanning(samples + 1)[:-1].astype("float32")
        leads = ops.transpose(standardised(signal, self.amplitude), (0, 2, 1)) * window
        spectrum = FOURIER[self.fourier].forward(leads)
        real, imaginary = (part[..., : self.bins(samples)] for part in spectrum)
        amplitude = ops.sqrt(real**2 + imaginary**2) * (2 / window.sum())
        return ops.transpose(ops.log(amplitude + FLOOR), (0, 2, 1))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch, samples, leads = input_shape
        return batch, None if samples is None else self.bins(samples), leads

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "sampling_rate": self.sampling_rate,
            "max_frequency": self.max_frequency,
            "amplitude": self.amplitude,
            "fourier": self.fourier,
        }


def frequency(spec: SignalSpec) -> FrequencyDomain:
    """The frequency domain of signals that meet ``spec``, up to 60 Hz where the rate allows.

    A window so short that this makes less than sixteen bins shows the first sixteen.
    """
    highest = max(60.0, 16 / spec.seconds)
    highest = min(highest, spec.sampling_rate / 2)
    return FrequencyDomain(spec.sampling_rate, highest, usual_amplitude(spec.unit))
