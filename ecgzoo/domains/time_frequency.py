"""The time-frequency domain: the scalogram of each lead."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.bands import LONG, bands
from ecgzoo.domains.filter_bank import EXTENTS, filter_bank, row_scales
from ecgzoo.domains.fourier import FOURIER, check_fourier
from ecgzoo.domains.morlet import CENTRE, DEFINITIONS, make_grid
from ecgzoo.domains.time import check_amplitude, standardised, usual_amplitude
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec

FLOOR = 1e-3
WIDEST_CELL = 128  # samples: of a wider one the kernels would span far more than the wavelets do


@keras.saving.register_keras_serializable(package="ecgzoo")
class TimeFrequencyDomain(keras.layers.Layer):
    r"""Scalogram: the power of a continuous wavelet transform, pooled over the image's cells.

    The wavelet is PyWavelets' ``cmor1.5-1.0`` with ``psi_hat(f) = exp(-1.5 pi^2 (f - 1)^2)``; scale
    ``s`` (in samples) shows the frequency ``sampling_rate / s``. Rows go from the highest frequency
    to the lowest. Column ``n`` of ``W`` covers the time from ``n L / W`` to ``(n + 1) L / W``
    samples; outside its ``L`` samples the signal is taken as zero.

    The two definitions, for a signal with the spectrum ``X(f)``, ``f`` in cycles per sample:

    - ``"textbook"``: ``c(s, t)`` is the integral of ``sqrt(s) psi_hat(s f) X(f) exp(2 pi i f t)``
      over ``0 < f < 1/2``. Scales below 4 reach beyond 1/2: what is cut off there rings, and the
      signal counts as periodic after its padding.
    - ``"pywavelets"``: what ``pywt.cwt`` tends to as its ``precision`` grows; ``psi_hat`` is
      multiplied by ``sinc(f) exp(-2 pi i f tau)`` with PyWavelets' delay ``tau``, below one sample,
      and the integral goes on above 1/2 over the spectrum's images.

    Args:
        sampling_rate: in Hz.
        frequencies: lowest and highest frequency, in Hz, of rows that are evenly spaced in the
            logarithm; None where ``scales`` are given one by one.
        scales: number of rows; or the scale of each, in samples, increasing.
        columns: number of columns; at most the signal's samples.
        pooling: ``"mean"`` averages ``|c|^2`` over each cell; ``"none"`` takes it at the cell's
            centre, which misses a QRS complex that falls between centres.
        definition: ``"textbook"`` or ``"pywavelets"``, see above.
        output: ``"log_power"``, ``log(|c|^2 + 0.001)`` of the standardised signal; or ``"power"``,
            ``|c|^2`` of the signal as it is, in its unit squared.
        amplitude: what counts as 1 for ``"log_power"``, in the signal's unit; None for each
            signal's own standard deviation over samples and leads.
        fourier: ``"fft"``; or ``"matrix"``, the same to float32 rounding by matrix products, for
            runtimes without Fourier transforms.

    Raises:
        ValueError: if the frequencies are not ``0 < low < high < sampling_rate / 2``, scales do not
            increase from above 2, a count is below 1, a name is unknown, or (when built) a scale
            exceeds half the signal or there are more columns than samples.

    Input shape:
        ``[batch, samples, leads]``, in any unit.

    Output shape:
        float32 ``[batch, scales, columns, leads]``.

    Example:
        >>> import numpy as np
        >>> signal = np.sin(2 * np.pi * 10 * np.arange(500) / 250)[None, :, None]
        >>> layer = TimeFrequencyDomain(250, frequencies=(2.5, 40), scales=33, columns=50)
        >>> image = np.asarray(layer(signal))
        >>> image.shape, int(image[0, :, 25, 0].argmax())
        ((1, 33, 50, 1), 16)
    """

    time_axis = 2  # along which an explanation can be laid on the signal

    def __init__(
        self,
        sampling_rate: float,
        frequencies: tuple[float, float] | None = None,
        scales: int | Sequence[float] = 48,
        columns: int = 64,
        pooling: str = "mean",
        definition: str = "textbook",
        output: str = "log_power",
        amplitude: float | None = None,
        fourier: str = "fft",
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32", "name": "time_frequency", **kwargs})
        self.input_spec = keras.layers.InputSpec(ndim=3)
        _check_names(pooling=pooling, definition=definition, output=output)
        if columns < 1:
            raise ValueError(f"columns must be at least 1; got {columns}")
        self.row_scales = row_scales(sampling_rate, frequencies, scales)
        self.sampling_rate = float(sampling_rate)
        self.frequencies = frequencies and (float(frequencies[0]), float(frequencies[1]))
        self.scales = scales if isinstance(scales, int) else [float(scale) for scale in scales]
        self.columns = columns
        self.pooling = pooling
        self.definition = definition
        self.output_kind = output
        self.amplitude = check_amplitude(amplitude)
        self.fourier = check_fourier(fourier)

    @property
    def row_frequencies(self) -> np.ndarray:
        """Frequency of each row, in Hz, highest first."""
        return CENTRE * self.sampling_rate / self.row_scales

    def check_length(self, samples: int) -> None:
        """Refuses signals that are too short for the lowest row, or for the columns.

        Raises:
            ValueError: if they are.
        """
        if self.row_scales[-1] > samples / 2:
            raise ValueError(
                f"the lowest frequency of {self.row_frequencies[-1]:g} Hz needs a wavelet of scale "
                f"{self.row_scales[-1]:.0f}, longer than half of {samples} samples; start at "
                f"{2 * self.sampling_rate / samples:g} Hz or higher"
            )
        if self.columns > samples:
            raise ValueError(f"an image of {self.columns} columns needs as many samples; {samples}")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        samples = input_shape[1]
        if samples is None:
            raise ValueError("the number of samples must be known when the scalogram is built")
        self.check_length(samples)
        # The grid is of this length; another one would give a wrong image without a word.
        self.input_spec = keras.layers.InputSpec(ndim=3, axes={1: samples})
        self.within = self._cells_within(samples)
        columns, wavelet = self.columns * self.within, EXTENTS[self.pooling]
        self.grid = make_grid(samples, columns, self.row_scales[-1], wavelet)
        self.octaves = filter_bank(tuple(self.row_scales), self.grid, self.pooling, self.definition)
        # Weights and not constants: an exported model holds them once, not once per signature.
        self.kernels = [
            self.add_weight(
                shape=octave.kernel.shape,
                initializer=lambda shape, dtype, kernel=octave.kernel: ops.cast(kernel, dtype),
                dtype="float32",
                autocast=False,
                trainable=False,
                name=f"octave{number}",
            )
            for number, octave in enumerate(self.octaves)
        ]

    def save_own_variables(self, store: Any) -> None:
        """Saves nothing: the configuration tells the kernels."""

    def load_own_variables(self, store: Any) -> None:
        """Loads nothing, whatever kernels another version of ecgzoo saved."""

    def _cells_within(self, samples: int) -> int:
        """Into how many cells each column of a long signal is cut, whose mean it is."""
        if samples <= LONG or self.pooling != "mean":
            return 1
        return -(-samples // (self.columns * WIDEST_CELL))

    def call(self, signal: Any) -> Any:
        signal = ops.cast(signal, "float32")
        if self.output_kind == "log_power":
            signal = standardised(signal, self.amplitude)
        samples, leads = signal.shape[1:]
        rows = ops.reshape(ops.transpose(signal, (0, 2, 1)), (-1, samples))
        after = self.grid.length - samples - self.grid.before
        # Padded here: TensorFlow leaves an empty batch as it is and then finds it too short.
        fourier = FOURIER[self.fourier]
        spectrum = fourier.forward(ops.pad(rows, ((0, 0), (self.grid.before, after))))
        rates = dict.fromkeys(octave.rate for octave in self.octaves)
        resampled = {rate: rate.resampled(*spectrum, fourier) for rate in rates}
        power = [
            octave.power(resampled[octave.rate], kernel)
            for octave, kernel in zip(self.octaves, self.kernels, strict=True)
        ]
        power = ops.concatenate(power, axis=-1)
        if self.within > 1:
            shape = (-1, self.columns, self.within, self.row_scales.size)
            power = ops.mean(ops.reshape(power, shape), axis=2)
        power = ops.reshape(power, (-1, leads, self.columns, self.row_scales.size))
        image = ops.transpose(power, (0, 3, 2, 1))
        return ops.log(image + FLOOR) if self.output_kind == "log_power" else image

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], self.row_scales.size, self.columns, input_shape[2]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "sampling_rate": self.sampling_rate,
            "frequencies": self.frequencies,
            "scales": self.scales,
            "columns": self.columns,
            "pooling": self.pooling,
            "definition": self.definition,
            "output": self.output_kind,
            "amplitude": self.amplitude,
            "fourier": self.fourier,
        }


def _check_names(**chosen: str) -> None:
    known = {
        "pooling": ("mean", "none"),
        "definition": tuple(DEFINITIONS),
        "output": ("log_power", "power"),
    }
    for kind, name in chosen.items():
        if name not in known[kind]:
            raise ValueError(unknown(kind, name, known[kind]))


def time_frequency(
    spec: SignalSpec,
    frequencies: tuple[float, float] | None = None,
    scales: int = 48,
    columns: int = 64,
    amplitude: float | None = None,
) -> TimeFrequencyDomain:
    """The scalogram of signals that meet ``spec``, in the band of :func:`ecgzoo.bands.bands`.

    Args:
        spec: the signals.
        frequencies: the lowest and the highest, in Hz.
        scales: how many there are, evenly spaced in the logarithm.
        columns: of the image; at most as many as there are samples.
        amplitude: what counts as 1, in the spec's unit; by default what is usual in it.

    Raises:
        ValueError: if the frequencies do not fit the rate, or two periods of the lowest do not fit
            the window.
    """
    low, high = bands(spec).rows if frequencies is None else _band(frequencies)
    layer = TimeFrequencyDomain(
        spec.sampling_rate,
        (low, high),
        scales,
        min(columns, spec.samples),
        amplitude=usual_amplitude(spec.unit) if amplitude is None else amplitude,
    )
    layer.check_length(spec.samples)
    return layer


def _band(frequencies: Sequence[float]) -> tuple[float, float]:
    if np.shape(frequencies) != (2,):
        raise ValueError(f"frequencies are the lowest and the highest, in Hz; got {frequencies}")
    return float(frequencies[0]), float(frequencies[1])
