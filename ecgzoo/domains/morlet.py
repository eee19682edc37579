"""The complex Morlet wavelet ``cmor1.5-1.0``: the definitions of a scalogram, in float64."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BANDWIDTH, CENTRE = 1.5, 1.0


@dataclass(frozen=True)
class Extent:
    """Where the wavelet of scale 1 ends.

    Attributes:
        reach: to each side, in samples.
        highest: of its spectrum, in cycles per sample.
    """

    reach: float
    highest: float


def extent(tail: float) -> Extent:
    """The extent beyond which the wavelet and its spectrum are below ``tail`` of their heights.

    Example:
        >>> extent(1e-4)
        Extent(reach=3.72, highest=1.79)
    """
    fall = -math.log(tail)
    reach, highest = math.sqrt(BANDWIDTH * fall), CENTRE + math.sqrt(fall / BANDWIDTH) / math.pi
    return Extent(round(reach, 2), round(highest, 2))


@dataclass(frozen=True)
class Grid:
    """Columns of an image, on a padded signal.

    Attributes:
        samples: of the signal.
        columns: of the image; each covers ``samples / columns`` samples.
        before: zeros in front of the signal.
        length: of the padded signal; a whole number of columns.
        wavelet: where it ends.
    """

    samples: int
    columns: int
    before: int
    length: int
    wavelet: Extent

    @property
    def cell(self) -> float:
        """Samples that a column covers."""
        return self.samples / self.columns

    @property
    def padded_columns(self) -> int:
        """Columns that the padded signal has room for."""
        return self.length * self.columns // self.samples


def make_grid(samples: int, columns: int, largest_scale: float, wavelet: Extent) -> Grid:
    """The grid whose padding keeps the signal's ends apart, at a length that transforms fast.

    Example:
        >>> grid = make_grid(samples=1000, columns=64, largest_scale=20, wavelet=extent(1e-6))
        >>> grid.before, grid.length
        (62, 1125)
    """
    padding = math.ceil(wavelet.reach * largest_scale) + 2
    step = samples // math.gcd(samples, columns)
    least = math.ceil((samples + padding) / step)
    lengths = (steps * step for steps in range(least, least + least // 4 + 1))
    length = next(filter(is_fast, lengths), least * step)
    # In the middle: wavelets of half the longest reach never go beyond either end.
    return Grid(samples, columns, (length - samples) // 2, length, wavelet)


def is_fast(length: int) -> bool:
    """Whether a length has no large prime factor, which would slow its transform down."""
    for prime in (2, 3, 5, 7, 11):
        while length % prime == 0:
            length //= prime
    return length == 1


@dataclass(frozen=True)
class Definition:
    """A definition of the transform: ``c(s, t) = integral of H_s(f) X(f) exp(2 pi i f t)``.

    Attributes:
        response: ``H_s(f)`` of a scale in samples at frequencies above zero, in cycles per sample.
        images: what a signal has above half its sampling rate: the images of its spectrum, as any
            sampled wavelet sees them, or nothing.
    """

    response: Callable[[float, np.ndarray], np.ndarray]
    images: bool


def spectrum(frequency: np.ndarray) -> np.ndarray:
    """Fourier transform of PyWavelets' ``cmor1.5-1.0`` at scale 1: a Gaussian around 1."""
    return np.exp(-(np.pi**2) * BANDWIDTH * (frequency - CENTRE) ** 2)


def textbook(scale: float, frequency: np.ndarray) -> np.ndarray:
    """``sqrt(s) psi_hat(s f)``: the transform of the continuous signal through the samples.

    Example:
        >>> textbook(4.0, np.array([0.25])).tolist()
        [2.0]
    """
    return np.sqrt(scale) * spectrum(scale * frequency)


def pywavelets(scale: float, frequency: np.ndarray) -> np.ndarray:
    """What ``pywt.cwt(..., "cmor1.5-1.0")`` tends to as its ``precision`` grows.

    PyWavelets integrates the wavelet, samples the integral and differentiates: a box filter, hence
    the sinc; the samples start off centre, hence the delay.
    """
    length = np.floor(16 * scale) + 1
    delay = -8 * scale + 0.5 + (length - 1) - (np.floor((length - 2) / 2) + 1)
    box = np.sinc(frequency) * np.exp(-2j * np.pi * frequency * delay)
    return textbook(scale, frequency) * box


def impulse_response(
    scale: float,
    instants: np.ndarray,
    samples: np.ndarray,
    definition: Definition,
    wavelet: Extent,
) -> np.ndarray:
    """The wavelet that a definition weighs a signal with, ``integral of H_s(f) exp(2 pi i f t)``.

    Args:
        scale: in samples.
        instants: float64 ``[instants]``, in samples.
        samples: float64 ``[samples]``, in samples; ``t`` is an instant's distance from a sample.
        definition: of the transform.
        wavelet: where it ends.

    Returns:
        complex128 ``[instants, samples]``; zero beyond the wavelet's reach.

    Example:
        >>> textbook, at = DEFINITIONS["textbook"], np.ones(1)
        >>> peak = impulse_response(4.0, at, at, textbook, extent(1e-6))
        >>> bool(np.isclose(peak[0, 0], 1 / np.sqrt(np.pi * BANDWIDTH * 4.0)))
        True
    """
    # Midpoints: for a band of finite width their error falls faster than any power.
    steps = 128
    frequency = (np.arange(steps) + 0.5) * wavelet.highest / steps / scale
    weights = definition.response(scale, frequency) * wavelet.highest / steps / scale
    # A wave of a difference is the product of two waves: few exponentials for many distances.
    middle = instants.mean()
    waves = [
        np.exp(2j * np.pi * sign * (at - middle)[:, None] * frequency)
        for sign, at in ((1, instants), (-1, samples))
    ]
    response = (waves[0] * weights) @ waves[1].T
    near = np.abs(instants[:, None] - samples) <= wavelet.reach * scale + 1
    return np.where(near, response, 0)


DEFINITIONS = {
    "textbook": Definition(textbook, images=False),
    "pywavelets": Definition(pywavelets, images=True),
}
