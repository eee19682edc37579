"""An octave: the wavelets of a few neighbouring scales, as one strided convolution.

A wavelet of scale ``s`` needs four samples in ``s`` and no more, and an image has few columns. So
every octave gets the signal at a rate of its own, which fits its smallest scale and puts a whole
number of samples into a block of columns; there its wavelets are a short convolution that strides
from block to block, with the same kernel for all of them. Changing the rate is exact: it cuts or
continues the spectrum between two Fourier transforms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.domains.fourier import Fourier
from ecgzoo.domains.morlet import HIGHEST, REACH, Definition, Grid, impulse_response, is_fast

# Samples per block of columns: enough for a convolution to run fast.
BLOCK = 8


@dataclass(frozen=True)
class Rate:
    """A sampling rate at which a block of columns is a whole number of samples.

    Attributes:
        grid: the columns.
        block: neighbouring columns that one step of a convolution gives.
        hop: samples from one block to the next.
        images: whether the spectrum goes on above half the signal's own rate.
    """

    grid: Grid
    block: int
    hop: int
    images: bool

    @property
    def length(self) -> int:
        """Samples of the padded signal."""
        return self.grid.padded_columns * self.hop // self.block

    @property
    def factor(self) -> float:
        """Samples per sample of the signal."""
        return self.length / self.grid.length

    def resampled(self, real: Any, imaginary: Any, fourier: Fourier) -> Any:
        """Padded signals at this rate, from their Fourier transform.

        Args:
            real: its real part ``[batch, grid.length // 2 + 1]``.
            imaginary: its imaginary part, the same shape.
            fourier: how it was computed, and is inverted.

        Returns:
            ``[batch, length]``.
        """
        bins = self.length // 2 + 1
        if bins > real.shape[1]:
            real, imaginary = self._continued(real, imaginary)
            # Padded here: TensorFlow leaves an empty batch as it is and then finds it too short.
            padding = ((0, 0), (0, max(0, bins - real.shape[1])))
            real, imaginary = ops.pad(real, padding), ops.pad(imaginary, padding)
        return fourier.inverse(real, imaginary, self.length)

    def _continued(self, real: Any, imaginary: Any) -> tuple[Any, Any]:
        length = self.grid.length
        if self.images:
            # A real signal's spectrum goes on above half its rate as its mirror, conjugated.
            mirror = slice(1, (length + 1) // 2)
            images = ops.flip(real[:, mirror], axis=1), ops.flip(imaginary[:, mirror], axis=1)
            real = ops.concatenate([real, images[0]], axis=1)
            imaginary = ops.concatenate([imaginary, -images[1]], axis=1)
        elif length % 2 == 0:
            # The bin at half the rate stands for two, of which only one is a frequency above 0.
            half = np.append(np.ones(length // 2, "float32"), np.float32(0.5))
            real, imaginary = real * half, imaginary * half
        return real, imaginary


def make_rate(grid: Grid, smallest_scale: float, images: bool) -> Rate:
    """The lowest rate that shows the whole band of a scale's wavelet, and of all larger ones."""
    common = math.gcd(grid.columns, grid.padded_columns)
    for block in (d for d in range(1, common + 1) if common % d == 0):
        hop = math.ceil(block * grid.cell * 2 * HIGHEST / smallest_scale - 1e-9)
        if hop >= BLOCK:
            break
    while not is_fast(hop):
        hop += 1
    return Rate(grid, block, hop, images)


# Products of a convolution that take as long as a Fourier transform takes per sample.
PRODUCTS = 130


@dataclass(frozen=True)
class Octave:
    """How the power of a few neighbouring scales comes from a signal at their rate.

    Attributes:
        rate: of the signal.
        scales: number of rows.
        nodes: instants per column whose power is summed.
        start: first sample that the first block needs.
        kernel: float32 ``[taps, hop, block * 2 * nodes * scales]``, real and imaginary parts.
    """

    rate: Rate
    scales: int
    nodes: int
    start: int
    kernel: np.ndarray

    @property
    def blocks(self) -> int:
        """Steps of the convolution."""
        return self.rate.grid.columns // self.rate.block

    @property
    def may_share(self) -> bool:
        """Whether a kernel of twice the size costs less than resampling does."""
        return self.kernel.size * self.blocks < PRODUCTS * self.rate.length

    def power(self, signal: Any, kernel: Any) -> Any:
        """Mean |c|^2 in every column.

        Args:
            signal: padded, at the octave's rate, ``[batch, rate.length]``.
            kernel: :attr:`kernel`, as a tensor.

        Returns:
            ``[batch, columns, scales]``.
        """
        blocks = self.blocks + self.kernel.shape[0] - 1
        stop = self.start + blocks * self.rate.hop
        beyond = stop - self.rate.length
        if beyond > 0:  # The end of the padding is the zeros in front.
            signal = ops.concatenate([signal, signal[:, :beyond]], axis=1)
        signal = ops.reshape(signal[:, self.start : stop], (-1, blocks, self.rate.hop))
        c = ops.conv(signal, kernel, padding="valid", data_format="channels_last")
        c = ops.reshape(c, (-1, self.rate.grid.columns, 2 * self.nodes, self.scales))
        return ops.sum(ops.square(c), axis=2)


def make_octave(
    scales: np.ndarray,
    definition: Definition,
    rate: Rate,
    nodes: np.ndarray,
    weights: np.ndarray,
) -> Octave:
    """The octave of some neighbouring scales.

    Args:
        scales: ``[scales]``, in samples, increasing, above 2.
        definition: of the transform.
        rate: of the signal, high enough for the smallest scale.
        nodes: instants of a column, from -1/2 to 1/2, whose power is averaged.
        weights: of the nodes; they sum to 1.
    """
    grid = rate.grid
    centres = (grid.cell - 1) / 2 + grid.before + np.arange(rate.block) * grid.cell
    instants = (centres[:, None] + nodes * grid.cell).ravel()
    reach = REACH * scales[-1]
    start = math.floor((instants[0] - reach) * rate.factor)
    taps = math.ceil(((instants[-1] + reach) * rate.factor - start + 1) / rate.hop)
    time = instants[:, None] - (start + np.arange(taps * rate.hop)) / rate.factor
    c = np.stack([impulse_response(scale, time, definition) for scale in scales])
    c = c.reshape(scales.size, rate.block, nodes.size, -1) * np.sqrt(weights)[:, None]
    # To [taps, block, real or imaginary, nodes, scales].
    kernel = np.stack([c.real, c.imag]).transpose(4, 2, 0, 3, 1).reshape(taps, rate.hop, -1)
    return Octave(rate, scales.size, nodes.size, start, kernel.astype("float32"))
