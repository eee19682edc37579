"""Sampling rates at which an image's columns fall on samples, and signals at these rates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.domains.fourier import Fourier
from ecgzoo.domains.grid import Grid, is_fast
from ecgzoo.domains.morlet import HIGHEST

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
