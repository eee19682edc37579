"""Folding: the wavelet transform at only the instants that an image shows.

Sampling in time is aliasing in frequency. With ``N`` padded samples and a spacing of ``N / P``
between instants, bins that are congruent modulo ``P`` add up before a short transform of length
``P``, where a plain inverse transform has length ``N``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from keras import ops

from ecgzoo.domains.morlet import CENTRE, HALF_BAND, REACH, TransferFunction


@dataclass(frozen=True)
class Fold:
    """The constants that turn a spectrum into the power of a few neighbouring scales.

    Attributes:
        bins: ``[terms * period]``, which bins of the two-sided spectrum enter, in order.
        real: float32 ``[scales, terms, period]``, real part of the weights.
        imaginary: the same, imaginary part.
        instants: how many instants are computed.
        nodes: how many neighbouring instants make a column of the image.
    """

    bins: np.ndarray
    real: np.ndarray
    imaginary: np.ndarray
    instants: int
    nodes: int

    def power(self, real: object, imaginary: object) -> object:
        """Mean |c|^2 of each column, ``[batch, scales, columns]``, from the two-sided spectrum."""
        terms, period = self.real.shape[1:]
        x = [
            ops.reshape(ops.take(part, self.bins, axis=-1), (-1, 1, terms, period))
            for part in (real, imaginary)
        ]
        folded_real = ops.sum(x[0] * self.real - x[1] * self.imaginary, axis=2)
        folded_imaginary = ops.sum(x[0] * self.imaginary + x[1] * self.real, axis=2)
        # The modulus of an inverse transform is that of a transform of the conjugate.
        c = ops.fft((folded_real, -folded_imaginary))
        power = sum(ops.square(part[..., : self.instants]) for part in c)
        shape = (-1, self.real.shape[0], self.instants // self.nodes, self.nodes)
        return ops.mean(ops.reshape(power, shape), axis=-1)


def padded_length(samples: int, columns: int, largest_scale: float) -> int:
    """The least length that keeps the ends apart and holds a whole number of columns."""
    step = samples // math.gcd(samples, columns)
    return step * math.ceil((samples + REACH * largest_scale) / step)


def make_fold(
    scales: np.ndarray,
    transfer: TransferFunction,
    samples: int,
    columns: int,
    length: int,
    nodes: int,
) -> Fold:
    """The fold for one group of neighbouring scales.

    Args:
        scales: ``[scales]``, in samples.
        transfer: the definition of the transform.
        samples: length of the signal.
        columns: width of the image.
        length: padded length, of :func:`padded_length`.
        nodes: instants per column; 1 takes each column's centre.
    """
    instants = columns * nodes
    period = length * instants // samples
    low, high = _band(scales, length)
    low, high = (low // period) * period, -((-high) // period) * period
    k = np.arange(low, high)
    inside = (k >= -(length // 2)) & (k <= (length - 1) // 2)
    frequency = np.where(inside, k, 0) / length
    first = (samples / instants - 1) / 2
    weights = transfer(scales, frequency) * np.exp(2j * np.pi * frequency * first) / length
    weights = np.where(inside, weights, 0).reshape(scales.size, -1, period)
    return Fold(
        np.mod(k, length).astype("int32"),
        weights.real.astype("float32"),
        weights.imag.astype("float32"),
        instants,
        nodes,
    )


def _band(scales: np.ndarray, length: int) -> tuple[int, int]:
    """First bin, and last plus one, that the scales' wavelets reach.

    Small scales reach beyond half the sampling rate, which aliases to negative frequencies.
    """
    nyquist = length // 2
    high = math.ceil((CENTRE + HALF_BAND) / scales.min() * length)
    if high > nyquist:
        return -nyquist, nyquist + 1
    return max(0, math.floor((CENTRE - HALF_BAND) / scales.max() * length)), high + 1
