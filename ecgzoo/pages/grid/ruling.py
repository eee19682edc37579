"""The ruling: where a sheet's lines are, so that its millimetres hold from one end to the other.

The gradients of tiles leave a scale that is off by some tenths of a percent, which is a QRS complex
at the end of a row. On the sheet laid flat by them the lines are upright and level; in each tile a
comb tells where they stand, and the homography is corrected until they stand evenly.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from ecgzoo.pages.grid.standing_lines import (
    EVEN,
    PER_MM,
    fitted,
    left_over,
    place_of_lines,
    standing_lines,
)
from ecgzoo.pages.homography import from_corner, warped

STEP = 20.0  # mm from one tile to the next
FIRST = 60.0  # mm around the middle that are looked at first
FEWEST = 8  # tiles
# Of each round: the share of tiles that are clear, and of these in which lines stand evenly. The
# more nearly flat the sheet is laid, the more tiles are clear.
ROUNDS = (0.06, 0.7), (0.12, 0.85)


def ruled(darkness: np.ndarray, home: np.ndarray) -> np.ndarray | None:
    """How the sheet lies, corrected by where its lines stand.

    Args:
        darkness: ``[height, width]``, 0 to 1; of the channel in which the grid is darkest.
        home: float ``[3, 3]``, from pixels to mm, nearly right.

    Returns:
        The homography, corrected; None if too few lines are clear to be those of a grid.
    """
    for least, mostly in ROUNDS:
        corrected = _evened(darkness, home, least, mostly)
        if corrected is None:
            return None
        home = corrected
    return home


def _evened(
    darkness: np.ndarray, home: np.ndarray, least: float, mostly: float
) -> np.ndarray | None:
    """The homography corrected once; None if fewer tiles are clear or even than are asked for."""
    flat, moved = _laid_flat(darkness, home)
    middles, places, clear = standing_lines(flat, STEP)
    if clear.sum() < max(FEWEST, least * clear.size):
        return None
    middles, places = middles[clear], places[clear]
    middle = np.median(middles, axis=0)
    away = np.linalg.norm(middles - middle, axis=1)
    correction = np.zeros(8)
    for reach in (FIRST, 2 * FIRST, np.inf):
        near = away <= max(reach, np.partition(away, FEWEST - 1)[FEWEST - 1])
        if not correction.any():  # the lines' own place is free
            correction[[0, 3]] = place_of_lines(places[near])
        correction = fitted(_design(middles[near] - middle), places[near], correction)
    left = left_over(_design(middles - middle), places, correction)
    if np.mean(np.abs(left) < EVEN) < mostly:
        return None
    shift = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]])
    return np.linalg.inv(shift) @ _homography(correction) @ shift @ moved


def _laid_flat(darkness: np.ndarray, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sheet at ``PER_MM``, and the homography to its mm, from the upper left corner."""
    moved, (down, across) = from_corner(home, darkness.shape)
    image = Image.fromarray((255 * darkness).astype(np.uint8))
    size = int(across * PER_MM), int(down * PER_MM)
    flat = warped(image, np.diag([PER_MM, PER_MM, 1.0]) @ moved, size, fill=0)
    return np.asarray(flat, np.float32), moved


def _design(middles: np.ndarray) -> np.ndarray:
    """What each part of a correction moves a place by: that of a homography, to first order."""
    x, y = middles.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    across = np.stack([one, x, y, zero, zero, zero, x * x, x * y], axis=1)
    down = np.stack([zero, zero, zero, one, x, y, x * y, y * y], axis=1)
    return np.concatenate([across, down])


def _homography(correction: np.ndarray) -> np.ndarray:
    a, b, c, d, e, f, g, h = correction
    return np.array([[1 + b, c, a], [e, 1 + f, d], [-g, -h, 1]])
