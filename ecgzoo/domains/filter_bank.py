"""The filter bank: all rows of a scalogram, as octaves."""

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from scipy import special

from ecgzoo.domains.fourier import Fourier
from ecgzoo.domains.morlet import (
    BANDWIDTH,
    CENTRE,
    DEFINITIONS,
    Definition,
    Grid,
    extent,
    impulse_response,
    is_fast,
)

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
        hop = math.ceil(block * grid.cell * 2 * grid.wavelet.highest / smallest_scale - 1e-9)
        if max(hop, block) >= BLOCK:
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
        start: first sample that the first block needs; below 0 for one at the padding's end.
        kernel: float32 ``[taps, hop, 2 * nodes * block * scales]``, real and imaginary parts.
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
        signal = self._from_start(signal, blocks * self.rate.hop)
        signal = ops.reshape(signal, (-1, blocks, self.rate.hop))
        c = ops.conv(signal, kernel, padding="valid", data_format="channels_last")
        # Columns and scales last: a sum over what is before many values is the faster one.
        c = ops.reshape(c, (-1, self.blocks, 2 * self.nodes, self.rate.block * self.scales))
        power = ops.sum(ops.square(c), axis=2)
        return ops.reshape(power, (-1, self.rate.grid.columns, self.scales))

    def _from_start(self, signal: Any, count: int) -> Any:
        """So many samples from the first that the octave needs."""
        early, length = max(0, -self.start), self.rate.length
        late = max(0, self.start + count - length)
        if early or late:  # The padding goes on at the other end.
            ends = signal[:, length - early :], signal[:, :late]
            signal = ops.concatenate([ends[0], signal, ends[1]], axis=1)
        return signal[:, self.start + early :][:, :count]


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
    reach = grid.wavelet.reach * scales[-1]
    start = math.floor((instants[0] - reach) * rate.factor)
    taps = math.ceil(((instants[-1] + reach) * rate.factor - start + 1) / rate.hop)
    samples = (start + np.arange(taps * rate.hop)) / rate.factor
    place = instants, samples, definition, grid.wavelet
    c = np.stack([impulse_response(scale, *place) for scale in scales])
    c = c.reshape(scales.size, rate.block, nodes.size, -1) * np.sqrt(weights)[:, None]
    # To [taps and hop, real or imaginary, nodes, block, scales].
    kernel = np.stack([c.real, c.imag]).transpose(4, 0, 3, 2, 1).reshape(taps, rate.hop, -1)
    return Octave(rate, scales.size, nodes.size, start, kernel.astype("float32"))


# How far a cell's mean of an impulse's power may be off, as a share of the largest such mean.
QUADRATURE = 3e-4


def cell_mean(cell: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Instants of a cell and their weights, such that the weighted power is the mean power.

    An impulse's power has the finest detail of all, a Gaussian: the fewest Gauss-Legendre nodes are
    taken whose mean is near enough to the true one wherever the impulse falls.

    Args:
        cell: width of a cell, in samples.
        scale: the smallest scale, in samples.

    Returns:
        Nodes from -1/2 to 1/2, in cells, and weights that sum to 1.

    Example:
        >>> nodes, weights = cell_mean(cell=16, scale=4)
        >>> nodes.size, float(weights @ nodes**2 - 1 / 12) < 1e-12
        (8, True)
    """
    width = cell / scale
    # A node a scale is never enough.
    rules = map(np.polynomial.legendre.leggauss, itertools.count(max(1, math.floor(width))))
    nodes, weights = next(rule for rule in rules if _worst(*rule, width) <= QUADRATURE)
    return nodes / 2, weights / 2


def _worst(nodes: np.ndarray, weights: np.ndarray, width: float) -> float:
    """How far the mean over a cell of this many scales may be off, for an impulse anywhere."""
    steep = math.sqrt(2 / BANDWIDTH)
    at = np.linspace(0, width / 2 + 2, 101)
    edges = special.erf(steep * (at + width / 2)), special.erf(steep * (at - width / 2))
    mean = (edges[0] - edges[1]) * math.sqrt(math.pi) / (2 * steep * width)
    found = np.exp(-((steep * (at[:, None] - nodes * width / 2)) ** 2)) @ weights / 2
    return float(np.abs(found - mean).max() / mean.max())


def row_scales(
    rate: float, band: tuple[float, float] | None, scales: int | Sequence[float]
) -> np.ndarray:
    """Scale of each row, in samples, smallest first: as given, or spaced over the frequencies.

    Raises:
        ValueError: if rate, frequencies or scales are out of range, or do not go together.

    Example:
        >>> row_scales(250, (10, 40), 3).round(6).tolist()
        [6.25, 12.5, 25.0]
    """
    if rate <= 0:
        raise ValueError(f"sampling_rate must be above 0 Hz; got {rate}")
    if isinstance(scales, int):
        if band is None:
            raise ValueError("give the lowest and highest frequency, or the scale of every row")
        return _spaced_scales(rate, band, scales)
    if band is not None:
        raise ValueError("give frequencies and a number of scales, or every scale; not both")
    s = np.asarray(scales, "float64")
    if s.ndim != 1 or not s.size or not s[0] > 2 or not (np.diff(s) > 0).all():
        raise ValueError(f"scales must increase from above 2 samples; got {list(scales)}")
    return s


def _spaced_scales(rate: float, band: tuple[float, float], count: int) -> np.ndarray:
    low, high = band
    if not 0 < low < high < rate / 2:
        raise ValueError(
            f"frequencies must be 0 < low < high < {rate / 2:g} Hz, half the sampling rate; "
            f"got {low:g} and {high:g}"
        )
    if count < 1:
        raise ValueError(f"scales must be at least 1; got {count}")
    return CENTRE * rate / np.geomspace(high, low, count)


# Octaves that are computed together: few transforms against short kernels. The instants of a cell
# must do for the smallest scale, so that pooled octaves are narrower.
WIDEST = {"mean": 1.3, "none": 1.4}
# A mean over a cell is a quadrature anyway, to 3e-4; points are exact to float32.
EXTENTS = {"mean": extent(1e-4), "none": extent(1e-6)}
# One instant per cell, for point samples.
CENTRE_ONLY = (np.zeros(1), np.ones(1))


@functools.lru_cache(maxsize=32)
def filter_bank(
    scales: tuple[float, ...], grid: Grid, pooling: str, definition: str
) -> list[Octave]:
    """Neighbouring scales together, in groups of about an octave; every second may share a rate.

    Args:
        scales: of the rows, in samples, increasing, above 2.
        grid: the columns; padded for these scales.
        pooling: ``"mean"`` or ``"none"``, as in ``TimeFrequencyDomain``.
        definition: a name in ``DEFINITIONS``.
    """
    s = np.array(scales)
    groups = math.ceil(np.log2(s[-1] / s[0]) / WIDEST[pooling] + 1e-9)
    edges = np.geomspace(s[0], s[-1], groups + 1)[1:-1]
    chosen = DEFINITIONS[definition]
    octaves: list[Octave] = []
    for group in filter(len, np.split(s, np.searchsorted(s, edges))):
        cell = cell_mean(grid.cell, group[0]) if pooling == "mean" else CENTRE_ONLY
        octave = make_octave(group, chosen, make_rate(grid, group[0], chosen.images), *cell)
        if octave.may_share and len(octaves) % 2:
            octave = make_octave(group, chosen, octaves[-1].rate, *cell)
        octaves.append(octave)
    return octaves
