"""The grid's size and turn: a comb laid on the spectra of an image's tiles.

Lines every 5 mm, and every 1 mm between them, stand in a two-dimensional spectrum as two rows of
peaks at right angles. The comb whose teeth meet most of them tells pixels per mm and the angle. In
polar coordinates, the radius as a logarithm, each tooth is a shift of the same picture. Under
perspective the tiles differ, and so do the two rows of a tile: each votes for all sizes and turns
near its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
BENT = 15, 8  # steps by which a row of a tile's peaks may differ from the whole
CANDIDATES, DIFFERENT = 3, 0.1  # of sizes; they differ by so much of their logarithm
MOST = 5.0  # of the logarithm of the surroundings that a peak counts
FOUND = 0.08  # of the logarithm of the surroundings by which a grid's teeth stand out
AROUND = 60  # parts of an image's longer side that are a place's surroundings
LEAST = 1.0  # gray levels by which places differ where there is more than blank paper


@dataclass(frozen=True, eq=False)
class TileCombs:
    """What combs of every size and turn meet in the tiles of an image.

    Attributes:
        places: float ``[tiles, 2]``, the middles of the tiles in pixels: x, y.
        met: float32 ``[tiles, 2 (across, down), sizes, angles]``, in times the surroundings.
        sizes: logarithms of pixels per mm, falling.
        angles: in radians, rising.
    """

    places: np.ndarray
    met: np.ndarray
    sizes: np.ndarray
    angles: np.ndarray

    def nearest(
        self, expected: np.ndarray, reach: tuple[float, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The gradients near the expected ones whose combs meet most, and what they meet.

        Args:
            expected: float ``[tiles, 2 (x, y in mm), 2]``, mm over pixels.
            reach: of the logarithm of the size, and of the angle, that are looked at.

        Returns:
            The gradients of the same shape, and float ``[tiles, 2]``.
        """
        sizes = -np.log(np.linalg.norm(expected, axis=2))
        turns = np.arctan2(expected[..., 1], expected[..., 0]) - np.array([0, np.pi / 2])
        near = np.abs(self.sizes - sizes[..., None]) <= reach[0]
        within = np.abs(self.angles - turns[..., None]) <= reach[1]
        met = np.where(near[..., None] & within[..., None, :], self.met, -MOST)
        best = met.reshape(*met.shape[:2], -1).argmax(axis=2)
        size, angle = np.unravel_index(best, met.shape[2:])
        turned = self.angles[angle] + np.array([0, np.pi / 2])
        gradients = np.stack([np.cos(turned), np.sin(turned)], axis=-1)
        return gradients * np.exp(-self.sizes[size])[..., None], met.max(axis=(2, 3))


class Grid(NamedTuple):
    """A grid as it lies in an image, to within quarter turns.

    Attributes:
        dots_per_mm: pixels.
        angle: of its lines against the image's rows, in radians, clockwise on screen.
        clarity: how much its comb's teeth stand out, in times the surroundings.
        combs: what all combs meet in each tile.
    """

    dots_per_mm: float
    angle: float
    clarity: float
    combs: TileCombs


def evened(levels: np.ndarray) -> np.ndarray:
    """How much darker than its surroundings a place is, beside how much places there differ.

    Shadows, folds and the edge of the sheet are evened out, and traces and letters are no darker
    than a grid.

    Args:
        levels: float32 ``[height, width]``, gray, of the channel in which the grid is darkest.

    Returns:
        float32 of the same shape, 0 to 1.
    """
    around = max(max(levels.shape) // AROUND, 3)
    darker = ndimage.uniform_filter(levels, around) - levels
    for _ in range(2):  # ink is cut first, and the grid beside it measured then
        usual = np.maximum(2 * ndimage.uniform_filter(np.abs(darker), around), LEAST)
        darker = np.clip(darker, -usual, usual)
    return np.asarray(np.maximum(darker, 0) / usual)


def find_grids(darkness: np.ndarray) -> Iterator[Grid]:
    """Finds what may be the grid of millimetre paper in an image, the likeliest first.

    Args:
        darkness: ``[height, width]``, 0 to 1, :func:`evened`.

    Yields:
        A few grids of different sizes, to within a tenth; none where nothing looks like one.

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
    combs = _tile_combs(darkness, sizes, angles)
    votes = _votes(combs)
    for _ in range(CANDIDATES):
        size, angle = np.unravel_index(np.argmax(votes), votes.shape)
        clarity = float(votes[size, angle])
        if clarity < FOUND:
            return
        yield Grid(float(np.exp(sizes[size])), float(angles[angle]), clarity, combs)
        votes[np.abs(sizes - sizes[size]) < DIFFERENT] = 0


def _tile_combs(darkness: np.ndarray, sizes: np.ndarray, angles: np.ndarray) -> TileCombs:
    # The radius of the first half tooth comes first; then they rise as the sizes fall.
    radii = np.arange(np.log(TEETH[0] - 0.5) - np.log(LINES) - sizes[0], np.log(0.5), STEP)
    both = np.concatenate([angles, angles + np.pi / 2])
    frequency = PADDED * np.exp(radii)[:, None]
    at = [PADDED // 2 + frequency * part for part in (np.sin(both), np.cos(both))]
    places, met = [], []
    for place, spectrum in _spectra(darkness):
        polar = ndimage.map_coordinates(spectrum, at, order=1, mode="nearest")
        score = _met(polar, len(sizes), TEETH) - _met(polar, len(sizes), TEETH - 0.5)
        places.append(place)
        met.append(np.split(score / 2, 2, axis=1))
    return TileCombs(np.array(places), np.array(met, np.float32), sizes, angles)


def _votes(combs: TileCombs) -> np.ndarray:
    """How well a comb of each size and angle meets, near it, the better half of the tiles.

    The others may show what lies around the sheet: ``[sizes, angles]``.
    """
    around = tuple(2 * steps + 1 for steps in BENT)
    near = ndimage.maximum_filter(combs.met, (1, 1, *around)).min(axis=1)
    better = np.sort(near, axis=0)[len(near) // 2 :]
    votes = better.mean(axis=0) * np.exp(-((combs.angles / TURNED) ** 2))
    return np.asarray(votes + 1e-3 * ndimage.uniform_filter(votes, around))  # the middle of equals


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


def _spectra(darkness: np.ndarray) -> Iterator[tuple[tuple[float, float], np.ndarray]]:
    """Each tile's middle, and its amplitude spectrum against its surroundings, 0 Hz amidst."""
    side = min(int(np.clip(max(darkness.shape) // TILES, *TILE)), *darkness.shape)
    window = (np.hanning(side)[:, None] * np.hanning(side)).astype(np.float32)
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
            yield (left + side / 2, top + side / 2), ndimage.maximum_filter(clear, 3)
