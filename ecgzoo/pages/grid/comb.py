"""The grid's size and turn: a comb laid on the spectrum of an image.

Lines every 5 mm, and every 1 mm between them, stand in the two-dimensional spectrum as two rows of
peaks at right angles. The comb whose teeth meet most of them tells pixels per mm and the angle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import fft, ndimage

LINES = 5.0  # mm between strong lines
TEETH = np.arange(1, 16)  # harmonics of 5 mm; the fifth, tenth and fifteenth are of 1 mm
TILE = 512
SHEET_SIDES = 180.0, 480.0  # mm that the longer side of an image may show
CANDIDATES, DIFFERENT = 3, 0.04  # of sizes; they differ by so much of their logarithm
MOST = 8.0  # times its surroundings that a peak counts: no single tooth tells a comb
STEP, TURN = 0.004, np.radians(0.3)
FOUND = 0.35  # times the surroundings by which a grid's teeth stand out


class Grid(NamedTuple):
    """A grid as it lies in an image, to within quarter turns.

    Attributes:
        dots_per_mm: pixels.
        angle: of its lines against the image's rows, in radians, clockwise on screen.
        clarity: how much its comb's teeth stand out, in times the surroundings.
    """

    dots_per_mm: float
    angle: float
    clarity: float


def find_grids(darkness: np.ndarray) -> Iterator[Grid]:
    """Finds what may be the grid of millimetre paper in an image, the likeliest first.

    Args:
        darkness: ``[height, width]``, 0 to 1; of the channel in which the grid is darkest.

    Yields:
        A few grids of different sizes; none where nothing looks like one.

    Example:
        >>> y, x = np.mgrid[0:1200, 0:1800]
        >>> lines = ((x % 40 < 2) | (y % 40 < 2)).astype(float)  # 5 mm at 8 pixels a mm
        >>> lines += np.random.default_rng(0).normal(0, 0.1, lines.shape)
        >>> grid = next(find_grids(lines))
        >>> round(grid.dots_per_mm, 1), round(abs(grid.angle), 2)
        (8.0, 0.0)
    """
    whitened = _power(darkness)
    longer = max(darkness.shape)
    smallest, largest = (float(np.log(longer / side)) for side in SHEET_SIDES[::-1])
    scales = np.exp(np.arange(smallest, largest, STEP))
    angles = np.arange(-np.pi / 4, np.pi / 4, TURN)
    found = _scores(np.minimum(whitened, MOST), scales, angles)
    for _ in range(CANDIDATES):
        best = np.unravel_index(np.argmax(found), found.shape)
        clarity = float(found[best])
        if clarity < FOUND:
            return
        yield _refined(whitened, Grid(float(scales[best[0]]), float(angles[best[1]]), clarity))
        found[np.abs(np.log(scales / scales[best[0]])) < DIFFERENT] = 0


def _refined(whitened: np.ndarray, grid: Grid) -> Grid:
    """The grid whose comb meets most close by."""
    for finer in (4, 16):
        near = np.arange(-8, 9)
        scales = grid.dots_per_mm * np.exp(near * STEP / finer)
        angles = grid.angle + near * TURN / finer
        found = _scores(whitened, scales, angles)
        best = np.unravel_index(np.argmax(found), found.shape)
        grid = Grid(float(scales[best[0]]), float(angles[best[1]]), grid.clarity)
    return grid


def _power(darkness: np.ndarray) -> np.ndarray:
    """The mean amplitude spectrum of tiles, made white: by frequency, zero in the middle."""
    height, width = darkness.shape
    window = np.hanning(TILE)[:, None] * np.hanning(TILE)
    padded = np.pad(
        darkness, ((0, max(TILE - height, 0)), (0, max(TILE - width, 0))), mode="reflect"
    )
    tops = np.unique(np.linspace(0, padded.shape[0] - TILE, 4).astype(int))
    lefts = np.unique(np.linspace(0, padded.shape[1] - TILE, 5).astype(int))
    total = np.zeros((TILE, TILE), np.float32)
    for top in tops:
        for left in lefts:
            tile = padded[top : top + TILE, left : left + TILE]
            total += np.abs(fft.fft2((tile - tile.mean()) * window, workers=1)).astype(np.float32)
    total = fft.fftshift(total)
    around = ndimage.median_filter(total[::2, ::2], 15)
    around = ndimage.zoom(around, 2, order=1)
    return total / (around + 1e-3 * around.max() + 1e-9)  # blank paper has no spectrum


def _scores(power: np.ndarray, scales: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """How much more each comb meets at its teeth than half way between: ``[scales, angles]``.

    Half way between, for else a comb of every second line would do as well.
    """
    return (_met(power, scales, angles, TEETH) - _met(power, scales, angles, TEETH - 0.5)) / 2


def _met(
    power: np.ndarray, scales: np.ndarray, angles: np.ndarray, teeth: np.ndarray
) -> np.ndarray:
    frequency = teeth[:, None, None] * TILE / (LINES * scales[None, :, None])
    # A blurred grid has its low teeth alone.
    weight = np.where(frequency < TILE / 2 - 2, 1 / teeth[:, None, None], 0)
    met = np.zeros((scales.size, angles.size))
    for quarter in (0, np.pi / 2):
        x = TILE // 2 + frequency * np.cos(angles + quarter)
        y = TILE // 2 + frequency * np.sin(angles + quarter)
        found = ndimage.map_coordinates(power, [y, x], order=1, mode="nearest")
        met += (weight * found).sum(axis=0) / weight.sum(axis=0)
    return met
