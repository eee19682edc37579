"""The bend of paper: how far its lines stand from where they would on a flat sheet.

Paper that curls or waves is no plane: under the best homography its lines stand off by a millimetre
and more, but smoothly so. Where they stand in tiles tells a polynomial of the place, fitted from
the middle outwards; laid flat by it, more tiles are clear, and tell it better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from ecgzoo.pages.grid.comb import LINES
from ecgzoo.pages.grid.standing_lines import (
    EVEN,
    PER_MM,
    TILE,
    WRAP,
    fitted,
    left_over,
    place_of_lines,
    standing_lines,
)
from ecgzoo.pages.homography import applied, from_corner, looked_up

DEGREE = 4
UNIT = 100.0  # mm: of places in a polynomial
USUAL, NOISE = 2.0, 0.05  # mm: of a part of the polynomial, and of where lines seem to stand
STEP = 10.0  # mm from one tile to the next: over more, bent lines could be taken for others
REACHES = *np.arange(15.0, 200.0, 12.0), np.inf  # mm from the middle, one after another
ROUNDS = 4
FEWEST, FIRST = 60, 9  # tiles, of all and around the middle
CLEAR, MOSTLY = 0.12, 0.85  # share of tiles that are clear, and of these that are even, at last
ALIKE = 0.95  # share of tiles whose thick lines stand where the others' do
STEEPEST = 0.08  # more is no paper's: a line was taken for another
STEPS = 4  # of undoing one polynomial
KNOTS = 4.0  # mm


@dataclass(frozen=True, eq=False)
class Bend:
    """How bent paper lies in a picture.

    Attributes:
        home: float ``[3, 3]``, from pixels to mm of a sheet that begins at the upper left, as if
            it were flat.
        size: height and width of the sheet, in mm.
        parts: float ``[terms, 2]`` each: what is added to the mm to be those of the paper, one
            after another.
        middles: float ``[tiles, 2]``, of those whose lines told it, in mm of the paper.

    Example:
        >>> curl = np.zeros((15, 2))
        >>> curl[5, 0] = 4.0  # mm to the right, 100 mm from the middle to either side
        >>> bent = Bend(np.diag([0.1, 0.1, 1.0]), (100.0, 200.0), (curl,))
        >>> edge = np.tile(np.arange(2000) >= 1900, (1000, 1))  # in the picture at 190 mm
        >>> row = bent.laid_flat(edge.astype(float), per_mm=10)[500]
        >>> bool(abs(row.argmax() / 10 - (190 + 4 * 0.9**2)) < 0.2)
        True
    """

    home: np.ndarray
    size: tuple[float, float]
    parts: tuple[np.ndarray, ...] = ()
    middles: np.ndarray | None = None

    def laid_flat(self, picture: np.ndarray, per_mm: float) -> np.ndarray:
        """The paper, laid flat.

        Args:
            picture: ``[height, width]`` or ``[height, width, channels]``.
            per_mm: pixels of what is returned.

        Returns:
            float32 of the sheet's size; what lies outside of the picture is as its edge.
        """
        return looked_up(picture, self._seen_at(per_mm))

    def told(self, per_mm: float) -> np.ndarray:
        """Which pixels of the flat paper lie within all tiles that told the bend: bool.

        Beyond them it is unknown how the paper goes on.
        """
        assert self.middles is not None
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * TILE / 2
        hull = ConvexHull((self.middles[:, None] + corners).reshape(-1, 2))
        rows, columns = (int(side * per_mm) for side in self.size)
        x, y = (np.arange(columns) + 0.5) / per_mm, (np.arange(rows)[:, None] + 0.5) / per_mm
        inside = [a * x + b * y + c <= 0 for a, b, c in hull.equations]
        return np.asarray(np.logical_and.reduce(inside))

    @property
    def steepness(self) -> float:
        """How far, where it is told, the paper's millimetres are stretched or slanted at most."""
        rows, columns = (int(side / KNOTS) for side in self.size)
        y, x = (np.mgrid[0:rows, 0:columns] + 0.5) * KNOTS
        pixels = self._pixels(np.stack([x.ravel(), y.ravel()], axis=1))
        flat = applied(self.home, pixels).reshape(rows, columns, 2)
        slopes = np.stack([np.gradient(flat[..., axis], KNOTS) for axis in (0, 1)])
        told = slopes[:, :, self.told(1 / KNOTS)]  # of x and y, down and across
        return float(np.abs(told - np.median(told, axis=2, keepdims=True)).max())

    def _seen_at(self, per_mm: float) -> np.ndarray:
        """The row and column of the picture that each pixel of the flat paper shows.

        They are computed on a lattice, between whose knots they are straight.
        """
        rows, columns = (int(side * per_mm) for side in self.size)
        knots = [np.arange(0, side + KNOTS, KNOTS) for side in self.size]
        y, x = np.meshgrid(*knots, indexing="ij")
        pixels = self._pixels(np.stack([x.ravel(), y.ravel()], axis=1)) - 0.5
        lattice = pixels.reshape(*y.shape, 2).astype(np.float32)
        places = (np.mgrid[0:rows, 0:columns].astype(np.float32) + 0.5) / (per_mm * KNOTS)
        return np.stack(
            [ndimage.map_coordinates(lattice[..., axis], places, order=1) for axis in (1, 0)]
        )

    def _pixels(self, paper: np.ndarray) -> np.ndarray:
        """Where places of the paper, in mm, are in the picture."""
        for part in reversed(self.parts):
            place = paper
            for _ in range(STEPS):
                place = paper - self.terms(place) @ part
            paper = place
        return applied(np.linalg.inv(self.home), paper)

    def terms(self, places: np.ndarray) -> np.ndarray:
        """The terms of the polynomial at some places: ``[places, terms]``."""
        x, y = ((places - np.array(self.size)[::-1] / 2) / UNIT).T
        powers = ((i, whole - i) for whole in range(DEGREE + 1) for i in range(whole + 1))
        return np.stack([x**i * y**j for i, j in powers], axis=1)


def bend_of(darkness: np.ndarray, home: np.ndarray) -> Bend | None:
    """How bent paper lies, by where its lines stand.

    Args:
        darkness: ``[height, width]``, 0 to 1; of the channel in which the grid is darkest.
        home: float ``[3, 3]``, from pixels to mm, nearly right in the middle.

    Returns:
        The bend; None if too few lines are clear to be those of a grid, or are even at last.
    """
    moved, size = from_corner(home, darkness.shape)
    bend = Bend(moved, size)
    for _ in range(ROUNDS):
        middles, places, clear = standing_lines(bend.laid_flat(darkness, PER_MM), STEP)
        if clear.sum() < FEWEST:
            return None
        part = _fitted_part(bend, middles[clear], places[clear])
        bend = replace(bend, parts=(*bend.parts, part), middles=middles[clear])
    design, correction = _design(bend, middles[clear]), part.T.ravel()
    even = np.mean(np.abs(left_over(design, places[clear], correction)) < EVEN)
    told = clear.mean() >= CLEAR and even >= MOSTLY
    told = told and _thick_lines_agree(design, places[clear], correction)
    return bend if told and bend.steepness < STEEPEST else None


def _thick_lines_agree(design: np.ndarray, places: np.ndarray, correction: np.ndarray) -> bool:
    """Whether every fifth line is the thick one everywhere: else a line was taken for another."""
    each = round(LINES / WRAP)
    lines = np.round((places.T.ravel() + design @ correction) / WRAP).astype(int) % each
    shares = [np.bincount(axis).max() / axis.size for axis in np.split(lines, 2)]
    return min(shares) > ALIKE


def _fitted_part(bend: Bend, middles: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The polynomial that makes lines stand evenly, fitted from the middle outwards."""
    design = _design(bend, middles)
    terms = design.shape[1] // 2
    # Height and slope are free; what bends is small where no tile tells it.
    least = np.tile(np.where(np.arange(terms) < 3, 0.0, NOISE / USUAL), 2)
    away = np.linalg.norm(middles - np.median(middles, axis=0), axis=1)
    correction = np.zeros(2 * terms)
    for reach in REACHES:
        near = away <= max(reach, np.partition(away, FIRST - 1)[FIRST - 1])
        if not correction.any():
            correction[[0, terms]] = place_of_lines(places[near])
        correction = fitted(design[np.tile(near, 2)], places[near], correction, least)
    return correction.reshape(2, terms).T


def _design(bend: Bend, middles: np.ndarray) -> np.ndarray:
    return np.kron(np.eye(2), bend.terms(middles))
