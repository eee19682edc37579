"""The grid's size and turn: a comb laid on the spectra of an image's tiles.

Lines every 5 mm, and every 1 mm between them, stand in a two-dimensional spectrum as two rows of
peaks at right angles. The comb whose teeth meet most of them tells pixels per mm and the angle. In
polar coordinates, the radius as a logarithm, each tooth is a shift of the same picture. Under
perspective the tiles differ a little: each votes for all sizes and turns near its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import fft, ndimage

LINES = 5.0  # mm between strong lines
TEETH = np.arange(1, 16)  # harmonics of 5 mm; the fifth, tenth and fifteenth are of 1 mm
WEIGHTS = np.where(TEETH % 5 == 0, (5 / TEETH) ** 0.5, 1 / TEETH)
TILES, TILE = 6, (192, 512)  # along the longer side, and their pixels
PADDED = 512
SHEET_SIDES = 180.0, 480.0  # mm that the longer side of an image may show
TURNED = np.radians(20)  # at most, beside quarter turns; a sheet is likely to be turned by less
STEP, TURN = 0.008, np.radians(0.6)  # of the logarithm of the size, and of the angle
BENT = 5, 4  # steps by which a tile may differ from the whole
CANDIDATES, DIFFERENT = 3, 0.1  # of sizes; they differ by so much of their logarithm
MOST = 5.0  # of the logarithm of the surroundings that a peak counts
FOUND = 0.08  # of the logarithm of the surroundings by which a grid's teeth stand out
SHALLOW = 85.0  # percentile of an image's darkness above which all are alike


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


def shallow(darkness: np.ndarray) -> np.ndarray:
    """The darkness of an image with its traces and letters no darker than its grid, 0 to 1."""
    most = max(float(np.percentile(darkness, SHALLOW)), 0.02)  # blank paper has no grid
    return np.minimum(darkness / most, 1.0)


def find_grids(darkness: np.ndarray) -> Iterator[Grid]:
    """Finds what may be the grid of millimetre paper in an image, the likeliest first.

    Args:
        darkness: ``[height, width]``, 0 to 1; of the channel in which the grid is darkest, and
            :func:`shallow`.

    Yields:
        A few grids of different sizes, to within 5%; none where nothing looks like one.

    Example:
        >>> y, x = np.mgrid[0:1200, 0:1800]
        >>> lines = ((x % 40 < 2) | (y % 40 < 2)).astype(float)  # 5 mm at 8 pixels a mm
        >>> lines += np.random.default_rng(0).normal(0, 0.1, lines.shape)
        >>> grid = next(find_grids(lines))
        >>> round(grid.dots_per_mm), round(abs(grid.angle), 1)
        (8, 0.0)
    """
    smallest, largest = (np.log(max(darkness.shape) / side) for side in SHEET_SIDES[::-1])
    sizes = np.arange(largest, smallest, -STEP)  # as logarithms
    angles = np.arange(-TURNED, TURNED + TURN / 2, TURN)
    votes = _votes(darkness, sizes, angles)
    for _ in range(CANDIDATES):
        size, angle = np.unravel_index(np.argmax(votes), votes.shape)
        clarity = float(votes[size, angle])
        if clarity < FOUND:
            return
        yield Grid(float(np.exp(sizes[size])), float(angles[angle]), clarity)
        votes[np.abs(sizes - sizes[size]) < DIFFERENT] = 0


def _votes(darkness: np.ndarray, sizes: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """How well a comb of each size and angle meets, near it, each tile: ``[sizes, angles]``."""
    around = tuple(2 * steps + 1 for steps in BENT)
    # The radius of the first half tooth comes first; then they rise as the sizes fall.
    radii = np.arange(np.log(TEETH[0] - 0.5) - np.log(LINES) - sizes[0], np.log(0.5), STEP)
    both = np.concatenate([angles, angles + np.pi / 2])
    frequency = PADDED * np.exp(radii)[:, None]
    places = [PADDED // 2 + frequency * part for part in (np.sin(both), np.cos(both))]
    found = []
    for spectrum in _spectra(darkness):
        polar = ndimage.map_coordinates(spectrum, places, order=1, mode="nearest")
        score = _met(polar, len(sizes), TEETH) - _met(polar, len(sizes), TEETH - 0.5)
        across, down = np.split(score / 2, 2, axis=1)
        found.append(ndimage.maximum_filter(np.minimum(across, down), around))
    votes = np.mean(found, axis=0) * np.exp(-((angles / TURNED) ** 2))
    return votes + 1e-3 * ndimage.uniform_filter(votes, around)  # the middle of equals


def _met(polar: np.ndarray, sizes: int, teeth: np.ndarray) -> np.ndarray:
    """The mean of what the teeth of a comb of each size meet: ``[sizes, angles]``.

    Teeth and half teeth are told apart, for else a comb of every second line would do as well.
    """
    met = np.zeros((sizes, polar.shape[1]), np.float32)
    weight = np.full((sizes, 1), 1e-9)
    for tooth, its in zip(teeth, WEIGHTS, strict=True):
        start = round(np.log(tooth / (TEETH[0] - 0.5)) / STEP)
        reached = max(min(sizes, len(polar) - start), 0)  # a blurred grid has its low teeth alone
        met[:reached] += its * polar[start : start + reached]
        weight[:reached] += its
    return met / weight


def _spectra(darkness: np.ndarray) -> Iterator[np.ndarray]:
    """The amplitude spectrum of each tile against its surroundings, zero frequency amidst."""
    side = min(int(np.clip(max(darkness.shape) // TILES, *TILE)), *darkness.shape)
    window = np.hanning(side)[:, None] * np.hanning(side)
    tops, lefts = (
        np.linspace(0, length - side, max(round(length / side), 1)).astype(int)
        for length in darkness.shape
    )
    for top in tops:
        for left in lefts:
            tile = darkness[top : top + side, left : left + side]
            waves = fft.fft2((tile - tile.mean()) * window, (PADDED, PADDED), workers=1)
            power = np.abs(fft.fftshift(waves)).astype(np.float32)
            level = np.log(power + 1e-4 * power.max() + 1e-9)
            clear = np.clip(level - ndimage.uniform_filter(level, 21), 0, MOST)
            yield ndimage.maximum_filter(clear, 3)
