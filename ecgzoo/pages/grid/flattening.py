"""How a sheet lies in an image: the homography under which its grid is square everywhere.

A tile's spectrum tells the direction and the distance of the lines there, that is, the gradients of
the sheet's mm over the image's pixels; the homography that fits those of all tiles is sought.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import fft, ndimage, optimize

from ecgzoo.pages.grid.comb import LINES, Grid

TILE_MM = 45.0
TILE_PIXELS = 160, 512
TEETH = np.arange(1, 7)
ROUGHLY = (0.15, 0.11), (0.1, 0.07), (0.05, 0.04)  # of scale and of turn, by tiles' combs
RANGES = (0.05, 0.04), (0.04, 0.03)  # the same of each round that measures finer tiles
TRIES = 17
CLEAR = 1.5  # times its surroundings from which a tile's grid counts
FEWEST = 6  # tiles
OUTLYING = 0.03  # share of a gradient by which a comb is off that is another's
ENOUGH = 4.0  # pixels per mm: finer images are made coarser


def lie_of(darkness: np.ndarray, grid: Grid) -> np.ndarray:
    """How the sheet lies, up to quarter turns.

    Args:
        darkness: ``[height, width]``, 0 to 1; of the channel in which the grid is darkest.
        grid: what was found on the whole image.

    Returns:
        float ``[3, 3]``: the homography from pixels to mm.

    Example:
        >>> from ecgzoo.pages.grid.comb import find_grids
        >>> y, x = np.mgrid[0:1200, 0:1800]
        >>> lines = ((x % 40 < 2) | (y % 40 < 2)).astype(float)
        >>> home = lie_of(lines, next(find_grids(lines)))
        >>> corner = home @ (800, 400, 1)
        >>> (corner[:2] / corner[2]).round(0).tolist()
        [100.0, 50.0]
    """
    coarse, shrunk = _coarser(darkness, grid.dots_per_mm)
    dots_per_mm = min(grid.dots_per_mm, ENOUGH)
    home = _roughly(grid) @ np.linalg.inv(shrunk)
    for reach in RANGES:
        places, gradients, clear = _tile_gradients(coarse, home, dots_per_mm, reach)
        if clear.sum() < FEWEST:
            break
        home = _fitted(places[clear], gradients[clear], home, OUTLYING / 3)
    return home @ shrunk


def _roughly(grid: Grid) -> np.ndarray:
    """The homography that fits the combs of tiles: each round looks nearer to the last."""
    home, places = _upright(grid), grid.combs.places
    for reach in ROUGHLY:
        gradients, met = grid.combs.nearest(gradients_at(home, places), reach)
        clear = met.min(axis=1) > np.median(met.min(axis=1)) / 2
        home = _fitted(places[clear], gradients[clear], home, OUTLYING)
    return home


def _coarser(darkness: np.ndarray, dots_per_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """The image at ``ENOUGH`` pixels per mm at most, and the homography to its pixels."""
    shrink = min(ENOUGH / dots_per_mm, 1.0)
    size = tuple(round(side * shrink) for side in darkness.shape[::-1])
    image = Image.fromarray(darkness.astype(np.float32))
    x, y = (few / many for few, many in zip(size, image.size, strict=True))
    shrunk = np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]])
    return np.asarray(image.resize(size, Image.Resampling.BOX)), shrunk


def _upright(grid: Grid) -> np.ndarray:
    c, s = np.cos(grid.angle), np.sin(grid.angle)
    home = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1.0]])
    home[:2] /= grid.dots_per_mm
    return home


def gradients_at(home: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The gradients of both mm coordinates over pixels: ``[places, 2 (x, y in mm), 2]``."""
    full = np.concatenate([places, np.ones((len(places), 1))], axis=1) @ home.T
    mm, below = full[:, :2] / full[:, 2:], full[:, 2, None, None]
    return (home[None, :2, :2] - mm[:, :, None] * home[None, 2:, :2]) / below


def _tile_gradients(
    darkness: np.ndarray, home: np.ndarray, dots_per_mm: float, reach: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middles of tiles, the gradients measured there, and which of them are clear."""
    tile = int(np.clip(TILE_MM * dots_per_mm, *TILE_PIXELS))
    tile = min(tile, *darkness.shape) // 2 * 2
    tops, lefts = (np.linspace(0, side - tile, max(2 * side // tile, 2)) for side in darkness.shape)
    places = np.array([(left + tile / 2, top + tile / 2) for top in tops for left in lefts])
    expected = gradients_at(home, places)
    window = (np.hanning(tile)[:, None] * np.hanning(tile)).astype(np.float32)
    padded = fft.next_fast_len(2 * tile, real=True)
    found, clear = expected.copy(), np.zeros(len(places), bool)
    for number, (x, y) in enumerate(places):
        top, left = int(y - tile / 2), int(x - tile / 2)
        patch = darkness[top : top + tile, left : left + tile]
        power = np.abs(fft.fftshift(fft.fft2((patch - patch.mean()) * window, (padded, padded))))
        both = [_nearest(power, expected[number, axis], reach) for axis in (0, 1)]
        found[number] = [gradient for gradient, _ in both]
        clear[number] = min(clarity for _, clarity in both) > CLEAR
    return places, found, clear


def _nearest(
    power: np.ndarray, expected: np.ndarray, reach: tuple[float, float]
) -> tuple[np.ndarray, float]:
    """The gradient near the expected one whose comb meets most, and how clearly it does."""
    scale = np.exp(np.linspace(-reach[0], reach[0], TRIES))[:, None, None]
    turn = np.linspace(-reach[1], reach[1], TRIES)[None, :, None]
    x, y = expected
    tried = scale * np.concatenate(
        [np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=2
    )
    frequency = TEETH[:, None, None, None] * tried / LINES * len(power) + len(power) // 2
    frequency = np.where((frequency > 0) & (frequency < len(power) - 1), frequency, 0)
    met = ndimage.map_coordinates(power, [frequency[..., 1], frequency[..., 0]], order=1)
    score = (met / TEETH[:, None, None] ** 0.5).sum(axis=0)
    best = np.unravel_index(np.argmax(score), score.shape)
    return tried[best], float(score[best] / (np.median(score) + 1e-9))


def _fitted(
    places: np.ndarray, gradients: np.ndarray, home: np.ndarray, outlying: float
) -> np.ndarray:
    """The homography whose gradients are nearest to those measured; outliers count little."""
    unit = np.abs(places).max()  # all parameters of a size

    def made(values: np.ndarray) -> np.ndarray:
        return np.array(
            [
                [values[0], values[1], 0],
                [values[2], values[3], 0],
                [values[4] / unit, values[5] / unit, 1],
            ]
        )

    size = np.sqrt(np.abs(np.linalg.det(home[:2, :2])))

    def missed(values: np.ndarray) -> np.ndarray:
        return ((gradients_at(made(values), places) - gradients) / size).ravel()

    start = home / home[2, 2]
    values = [*start[0, :2], *start[1, :2], *(start[2, :2] * unit)]
    found = optimize.least_squares(missed, values, loss="soft_l1", f_scale=outlying, x_scale="jac")
    return made(found.x)
