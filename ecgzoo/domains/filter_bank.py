"""The filter bank: all rows of a scalogram, as octaves."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from ecgzoo.domains.morlet import CENTRE, DEFINITIONS, Grid
from ecgzoo.domains.octave import Octave, make_octave, make_rate

# Gauss-Legendre nodes this many scales apart, and a few more, keep the error below 1e-3.
SPACING = 0.62


def cell_mean(cell: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Instants of a cell and their weights, such that the weighted power is the mean power.

    Power of scale ``s`` has no detail finer than ``1 / 2.04 s``, so Gauss-Legendre quadrature gets
    its mean from few instants.

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
    ratio = cell / scale
    count = 1 if ratio < 0.08 else max(2, math.ceil(ratio / SPACING + 1.5))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes / 2, weights / 2


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
