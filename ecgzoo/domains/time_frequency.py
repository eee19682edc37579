"""The time-frequency domain: the scalogram of each lead."""

from __future__ import annotations

import functools
import math
from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.domains.folding import Fold, make_fold
from ecgzoo.domains.morlet import CENTRE, DEFINITIONS
from ecgzoo.domains.standardisation import check_amplitude, standardised, usual_amplitude
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec

# |c|^2 has bandwidth 2.04 / s; twice that rate keeps the error of a cell's mean below 6e-3 of its
# scale's maximum.
NODES_PER_CYCLE = 2 * 2.04
FLOOR = 1e-3


@keras.saving.register_keras_serializable(package="ecgzoo")
class TimeFrequencyDomain(keras.layers.Layer):
    r"""Scalogram: the power of a continuous wavelet transform, pooled over the image's cells.

    The wavelet is PyWavelets' ``cmor1.5-1.0`` with ``psi_hat(f) = exp(-1.5 pi^2 (f - 1)^2)``; scale
    ``s`` (in samples) shows the frequency ``sampling_rate / s``. Rows go from the highest frequency
    to the lowest, evenly spaced in the logarithm. Column ``n`` of ``W`` covers the time from
    ``n L / W`` to ``(n + 1) L / W`` samples; outside its ``L`` samples the signal is taken as zero.

    Args:
        sampling_rate: in Hz.
        frequencies: lowest and highest frequency, in Hz.
        scales: number of rows.
        columns: number of columns; at most the signal's samples.
        pooling: ``"mean"`` averages |c|^2 over each cell; ``"none"`` takes it at the cell's centre,
            which misses a QRS complex that falls between centres.
        definition: ``"textbook"``: ``c`` has the spectrum ``sqrt(s) psi_hat(s f) x_hat(f)`` over
            ``f > 0``; ``"pywavelets"``: what ``pywt.cwt`` tends to as its precision grows.
        output: ``"log_power"``, ``log(|c|^2 + 0.001)`` of the standardised signal; or ``"power"``,
            |c|^2 of the signal as it is, in its unit squared.
        amplitude: what counts as 1 for ``"log_power"``, in the signal's unit; None for each
            signal's own standard deviation over samples and leads.

    Raises:
        ValueError: if the frequencies are not ``0 < low < high < sampling_rate / 2``, a count is
            below 1, a name is unknown, or (when built) a scale exceeds half the signal or there are
            more columns than samples.

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

    def __init__(
        self,
        sampling_rate: float,
        frequencies: tuple[float, float],
        scales: int = 48,
        columns: int = 64,
        pooling: str = "mean",
        definition: str = "textbook",
        output: str = "log_power",
        amplitude: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32", "name": "time_frequency", **kwargs})
        self.input_spec = keras.layers.InputSpec(ndim=3)
        _check(sampling_rate, frequencies, scales, columns)
        _check_names(pooling=pooling, definition=definition, output=output)
        self.sampling_rate = float(sampling_rate)
        self.frequencies = (float(frequencies[0]), float(frequencies[1]))
        self.scales = scales
        self.columns = columns
        self.pooling = pooling
        self.definition = definition
        self.output_kind = output
        self.amplitude = check_amplitude(amplitude)

    @property
    def row_frequencies(self) -> np.ndarray:
        """Frequency of each row, in Hz, highest first."""
        low, high = self.frequencies
        return np.geomspace(high, low, self.scales)

    @property
    def row_scales(self) -> np.ndarray:
        """Scale of each row, in samples, smallest first."""
        return CENTRE * self.sampling_rate / self.row_frequencies

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        samples = input_shape[1]
        if samples is None:
            raise ValueError("the number of samples must be known when the scalogram is built")
        if self.row_scales[-1] > samples / 2:
            raise ValueError(
                f"the lowest frequency of {self.frequencies[0]:g} Hz needs a wavelet of scale "
                f"{self.row_scales[-1]:.0f}, longer than half of {samples} samples; start at "
                f"{2 * self.sampling_rate / samples:g} Hz or higher"
            )
        if self.columns > samples:
            raise ValueError(f"an image of {self.columns} columns needs as many samples; {samples}")
        # The folds are of this length; another one would give a wrong image without a word.
        self.input_spec = keras.layers.InputSpec(ndim=3, axes={1: samples})
        self.folds = _folds(
            tuple(self.row_scales), samples, self.columns, self.pooling, self.definition
        )

    def call(self, signal: Any) -> Any:
        signal = ops.cast(signal, "float32")
        if self.output_kind == "log_power":
            signal = standardised(signal, self.amplitude)
        samples, leads = signal.shape[1:]
        rows = ops.reshape(ops.transpose(signal, (0, 2, 1)), (-1, samples))
        power = ops.concatenate([fold.power(rows) for fold in self.folds], axis=1)
        power = ops.reshape(power, (-1, leads, self.scales, self.columns))
        image = ops.transpose(power, (0, 2, 3, 1))
        return ops.log(image + FLOOR) if self.output_kind == "log_power" else image

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], self.scales, self.columns, input_shape[2]

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
        }


@functools.lru_cache(maxsize=32)
def _folds(
    scales: tuple[float, ...], samples: int, columns: int, pooling: str, definition: str
) -> list[Fold]:
    """One fold per octave: within it the wavelets' bands are of like width."""
    s = np.array(scales)
    octave = np.floor(np.log2(s / s.min() * (1 + 1e-9)))
    folds = []
    for group in (s[octave == o] for o in np.unique(octave)):
        cycles = NODES_PER_CYCLE * samples / columns / group.min()
        nodes = max(2, math.ceil(cycles)) if pooling == "mean" else 1
        transfer = DEFINITIONS[definition]
        folds.append(make_fold(group, transfer, samples, columns, nodes))
    return folds


def _check(rate: float, band: tuple[float, float], scales: int, columns: int) -> None:
    if rate <= 0:
        raise ValueError(f"sampling_rate must be above 0 Hz; got {rate}")
    low, high = band
    if not 0 < low < high < rate / 2:
        raise ValueError(
            f"frequencies must be 0 < low < high < {rate / 2:g} Hz, half the sampling rate; "
            f"got {low:g} and {high:g}"
        )
    if scales < 1 or columns < 1:
        raise ValueError(f"scales and columns must be at least 1; got {scales} and {columns}")


def _check_names(**chosen: str) -> None:
    known = {
        "pooling": ("mean", "none"),
        "definition": tuple(DEFINITIONS),
        "output": ("log_power", "power"),
    }
    for kind, name in chosen.items():
        if name not in known[kind]:
            raise ValueError(unknown(kind, name, known[kind]))


def time_frequency(spec: SignalSpec) -> TimeFrequencyDomain:
    """The scalogram of signals that meet ``spec``: the six octaves below 45 Hz that fit.

    A window so short that less than three octaves fit shows the three above its lowest instead.
    """
    high = min(max(45.0, 8 * 2.5 / spec.seconds), spec.sampling_rate / 4)
    low = max(2.5 / spec.seconds, high / 64)
    return TimeFrequencyDomain(
        spec.sampling_rate,
        (low, high),
        columns=min(64, spec.samples),
        amplitude=usual_amplitude(spec.unit),
    )
