"""The frequency domain: the log-magnitude spectrum of each lead."""

from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.bands import bands
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
        bins: how many bins there are at most; where the transform has more, neighbouring ones are
            pooled, the same number into each: the root of their mean square. None for no bound.
        amplitude: what counts as 1, in the signal's unit; None for each signal's own standard
            deviation over samples and leads.
        fourier: ``"fft"``; or ``"matrix"``, the same to float32 rounding by matrix products, for
            runtimes without Fourier transforms.

    Raises:
        ValueError: if ``sampling_rate`` or ``amplitude`` is not positive, ``max_frequency`` lies
            outside ``(0, sampling_rate / 2]``, ``bins`` is below 1, ``fourier`` is unknown, or
            (when built) the number of samples is not known.

    Input shape:
        ``[batch, samples, leads]``, in any unit.

    Output shape:
        float32 ``[batch, bins, leads]`` with ``bins = floor(max_frequency * samples /
        sampling_rate) + 1``, or with ``bins`` given, that number through the least whole one that
        makes it so few, rounded up.

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
        bins: int | None = None,
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
        if bins is not None and bins < 1:
            raise ValueError(f"bins must be at least 1, or None; got {bins}")
        self.most_bins = bins
        self.sampling_rate = float(sampling_rate)
        self.max_frequency = float(max_frequency)
        self.amplitude = check_amplitude(amplitude)
        self.fourier = check_fourier(fourier)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if input_shape[1] is None:
            raise ValueError("the number of samples must be known when the spectrum is built")

    def bins(self, samples: int) -> int:
        """How many bins a signal of that length has."""
        return -(-self._transformed(samples) // self._pooled(samples))

    def bin_frequencies(self, samples: int) -> np.ndarray:
        """Frequency of each bin of a signal of that length, in Hz; of pooled ones their middle."""
        count, pooled = self._transformed(samples), self._pooled(samples)
        first = np.arange(0, count, pooled)
        last = np.minimum(first + pooled, count) - 1
        return (first + last) / 2 * self.sampling_rate / samples

    def _transformed(self, samples: int) -> int:
        # The small constant keeps a bin that lies on max_frequency but for rounding.
        return int(np.floor(self.max_frequency * samples / self.sampling_rate + 1e-9)) + 1

    def _pooled(self, samples: int) -> int:
        count = self._transformed(samples)
        return 1 if self.most_bins is None else -(-count // self.most_bins)

    def call(self, signal: Any) -> Any:
        samples = signal.shape[1]
        window = np.hanning(samples + 1)[:-1].astype("float32")
        leads = ops.transpose(standardised(signal, self.amplitude), (0, 2, 1)) * window
        spectrum = FOURIER[self.fourier].forward(leads)
        count, pooled = self._transformed(samples), self._pooled(samples)
        real, imaginary = (part[..., :count] for part in spectrum)
        power = real**2 + imaginary**2
        if pooled > 1:
            power = _neighbours_mean(power, pooled)
        amplitude = ops.sqrt(power) * (2 / window.sum())
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
            "bins": self.most_bins,
        }


def _neighbours_mean(power: Any, pooled: int) -> Any:
    """The mean of as many neighbours each; the last ones may be fewer."""
    count = power.shape[-1]
    groups = -(-count // pooled)
    sizes = np.full(groups, pooled, "float32")
    sizes[-1] = count - (groups - 1) * pooled
    padded = ops.pad(power, ((0, 0), (0, 0), (0, groups * pooled - count)))
    return ops.sum(ops.reshape(padded, (-1, power.shape[1], groups, pooled)), axis=-1) / sizes


def frequency(
    spec: SignalSpec,
    max_frequency: float | None = None,
    bins: int | None = None,
    amplitude: float | None = None,
) -> FrequencyDomain:
    """The frequency domain of signals that meet ``spec``, as :func:`ecgzoo.bands.bands` says.

    Args:
        spec: the signals.
        max_frequency: the highest frequency shown, in Hz.
        bins: how many there are at most.
        amplitude: what counts as 1, in the spec's unit; by default what is usual in it.
    """
    usual = bands(spec)
    return FrequencyDomain(
        spec.sampling_rate,
        usual.bins if max_frequency is None else max_frequency,
        usual_amplitude(spec.unit) if amplitude is None else amplitude,
        bins=usual.most_bins if bins is None else bins,
    )
