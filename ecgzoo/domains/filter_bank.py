"""The filter bank: all rows of a scalogram, as octaves."""

from __future__ import annotations

import functools
import math

import numpy as np

from ecgzoo.domains.cell_mean import cell_mean
from ecgzoo.domains.grid import Grid
from ecgzoo.domains.morlet import DEFINITIONS
from ecgzoo.domains.octave import Octave, make_octave
from ecgzoo.domains.rate import make_rate

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
