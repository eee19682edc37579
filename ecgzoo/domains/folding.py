"""Folding: the wavelet transform at only the instants that an image shows.

Sampling in time is aliasing in frequency. With ``N`` padded samples and a spacing of ``N / P``
between instants, bins that are congruent modulo ``P`` add up before a short transform of length
``P``, where a plain inverse transform has length ``N``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.domains.morlet import CENTRE, HALF_BAND, REACH, TransferFunction


@dataclass(frozen=True)
class Fold:
    """The constants that turn signals into the power of a few neighbouring scales.

    Attributes:
        length: samples that the signal is padded to.
        low: first bin of the band that the scales' wavelets reach; negative where they alias.
        bins: number of bins in the band.
        real: float32 ``[scales, terms, period]``, real part of the weights.
        imaginary: the same, imaginary part.
        instants: how many instants are computed.
        nodes: how many neighbouring instants make a column of the image.
    """

    length: int
    low: int
    bins: int
    real: np.ndarray
    imaginary: np.ndarray
    instants: int
    nodes: int

    def power(self, signals: Any) -> Any:
        """Mean |c|^2 of each column: ``[batch, samples]`` to ``[batch, scales, columns]``."""
        scales, terms, period = self.real.shape
        x_real, x_imaginary = (
            ops.reshape(
                ops.pad(part, ((0, 0), (0, terms * period - self.bins))), (-1, 1, terms, period)
            )
            for part in self._band(signals)
        )
        folded_real = ops.sum(x_real * self.real - x_imaginary * self.imaginary, axis=2)
        folded_imaginary = ops.sum(x_real * self.imaginary + x_imaginary * self.real, axis=2)
        # The modulus of an inverse transform is that of a transform of the conjugate.
        c = ops.fft((folded_real, -folded_imaginary))
        power = sum(ops.square(part[..., : self.instants]) for part in c)
        columns = self.instants // self.nodes
        return ops.mean(ops.reshape(power, (-1, scales, columns, self.nodes)), axis=-1)

    def _band(self, signals: Any) -> tuple[Any, Any]:
        # Padded here: TensorFlow leaves an empty batch as it is and then finds it too short.
        padding = self.length - signals.shape[1]
        real, imaginary = ops.rfft(ops.pad(signals, ((0, 0), (0, padding))))
        high = self.low + self.bins
        if self.low >= 0:
            return real[:, self.low : high], imaginary[:, self.low : high]
        # A real signal's negative frequencies are the conjugates of its positive ones.
        mirrored = slice(1, 1 - self.low)
        return (
            ops.concatenate([ops.flip(real[:, mirrored], axis=1), real[:, :high]], axis=1),
            ops.concatenate([-ops.flip(imaginary[:, mirrored], axis=1), imaginary[:, :high]], 1),
        )


def make_fold(
    scales: np.ndarray, transfer: TransferFunction, samples: int, columns: int, nodes: int
) -> Fold:
    """The fold for one group of neighbouring scales.

    Args:
        scales: ``[scales]``, in samples.
        transfer: the definition of the transform.
        samples: length of the signal.
        columns: width of the image.
        nodes: instants per column; 1 takes each column's centre.
    """
    instants = columns * nodes
    length = padded_length(samples, instants, scales.max())
    if _reach(scales, length)[0] < 0:
        # Cut off at half the sampling rate, a wavelet rings far beyond its reach.
        length = padded_length(samples, instants, samples / REACH)
    period = length * instants // samples
    low, high = _reach(scales, length)
    frequency = np.arange(low, high) / length
    first = (samples / instants - 1) / 2
    weights = transfer(scales, frequency) * np.exp(2j * np.pi * frequency * first) / length
    # The band starts at `low` instead of a multiple of the period: a phase that no modulus sees.
    terms = -(-(high - low) // period)
    weights = np.pad(weights, ((0, 0), (0, terms * period - (high - low))))
    weights = weights.reshape(scales.size, terms, period)
    return Fold(
        length,
        low,
        high - low,
        weights.real.astype("float32"),
        weights.imag.astype("float32"),
        instants,
        nodes,
    )


def padded_length(samples: int, instants: int, largest_scale: float) -> int:
    """The least length that keeps the signal's ends apart and holds whole steps between instants.

    Example:
        >>> padded_length(samples=1000, instants=64, largest_scale=10)
        1125
    """
    step = samples // math.gcd(samples, instants)
    return step * math.ceil((samples + REACH * largest_scale) / step)


def _reach(scales: np.ndarray, length: int) -> tuple[int, int]:
    """First bin, and last plus one, that the scales' wavelets reach.

    Small scales reach beyond half the sampling rate, which aliases to negative frequencies.
    """
    high = math.ceil((CENTRE + HALF_BAND) / scales.min() * length)
    if high > length // 2:
        return -((length - 1) // 2), length // 2 + 1
    return max(0, math.floor((CENTRE - HALF_BAND) / scales.max() * length)), high + 1
