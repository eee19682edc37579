"""The ruling: where a sheet's lines are, so that its millimetres hold from one end to the other.

The gradients of tiles leave a scale that is off by some tenths of a percent, which is a QRS complex
at the end of a row. On the sheet laid flat by them the lines are upright and level; in each tile a
comb tells where they stand, and the homography is corrected until they stand evenly.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from ecgzoo.pages.grid.comb import LINES
from ecgzoo.pages.homography import from_corner, warped

PER_MM = 5  # pixels of the flat sheet
TILE, STEP = 40.0, 20.0  # mm
TEETH = np.arange(1, 11)
PLACES = np.arange(0, LINES, 0.02)  # mm where lines may stand
CLEAR = 1.3  # times as much as is found half way between teeth
FIRST = 60.0  # mm around the middle that are looked at first
FEWEST = 8  # tiles
EVEN = 0.1  # mm
# Of each round: the share of tiles that are clear, and of these in which lines stand evenly. The
# more nearly flat the sheet is laid, the more tiles are clear.
ROUNDS = (0.06, 0.7), (0.12, 0.85)
WRAP = 1.0  # mm: the finest lines


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
    middles, places, clear = _lines(flat)
    if clear.sum() < max(FEWEST, least * clear.size):
        return None
    middles, places = middles[clear], places[clear]
    middle = np.median(middles, axis=0)
    away = np.linalg.norm(middles - middle, axis=1)
    correction = np.zeros(8)
    for reach in (FIRST, 2 * FIRST, np.inf):
        near = away <= max(reach, np.partition(away, FEWEST - 1)[FEWEST - 1])
        correction = _corrected(middles[near] - middle, places[near], correction)
    left = _left_over(middles - middle, places, correction)
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


def _lines(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of tiles: their middles in mm, where lines stand there (x, y), and which are clear."""
    side = int(TILE * PER_MM)
    tops, lefts = (np.arange(0, length - side + 1, int(STEP * PER_MM)) for length in flat.shape)
    middles, places, clear = [], [], []
    for top in tops:
        for left in lefts:
            tile = flat[top : top + side, left : left + side]
            found = [
                _standing(tile.mean(axis=axis), start) for axis, start in ((0, left), (1, top))
            ]
            middles.append(((left + side / 2) / PER_MM, (top + side / 2) / PER_MM))
            places.append([place for place, _ in found])
            clear.append(min(clarity for _, clarity in found) > CLEAR)
    if not middles:
        return np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, bool)
    return np.array(middles), np.array(places), np.array(clear)


def _standing(profile: np.ndarray, start: int) -> tuple[float, float]:
    """Where, modulo 5 mm, the lines of a profile stand, and how clearly."""
    x = (start + np.arange(profile.size) + 0.5) / PER_MM
    shown = (profile - profile.mean()) * np.hanning(profile.size)
    parts = np.exp(-2j * np.pi * TEETH[:, None] * x / LINES) @ shown
    waves = np.exp(2j * np.pi * TEETH[:, None] * PLACES / LINES)
    score = (parts[:, None] * waves).real.sum(axis=0)
    between = np.exp(-2j * np.pi * (TEETH[:, None] - 0.5) * x / LINES) @ shown
    return float(PLACES[score.argmax()]), float(score.max() / (np.abs(between).sum() + 1e-9))


def _corrected(middles: np.ndarray, places: np.ndarray, correction: np.ndarray) -> np.ndarray:
    """The correction that makes lines stand evenly, in the least squares of what it leaves."""
    design = _design(middles)
    if not correction.any():  # the lines' own place is free
        correction = np.zeros(8)
        for axis, at in ((0, 0), (1, 3)):
            angles = np.exp(2j * np.pi * places[:, axis] / WRAP)
            correction[at] = -np.angle(angles.mean()) / (2 * np.pi) * WRAP
    offs = _left_over(middles, places, correction)
    weight, scale = np.ones(offs.size), np.abs(design).max(axis=0) + 1e-12
    for _ in range(5):
        root = np.sqrt(weight)[:, None]
        change, *_ = np.linalg.lstsq(design / scale * root, offs * root[:, 0], rcond=1e-6)
        left = offs - design @ (change / scale)
        weight = 1 / (1 + (left / 0.1) ** 2)
    return correction - change / scale


def _left_over(middles: np.ndarray, places: np.ndarray, correction: np.ndarray) -> np.ndarray:
    """How far from even the lines stand after the correction, in mm: across, then down."""
    offs = places.T.ravel() + _design(middles) @ correction
    return np.asarray(offs - WRAP * np.round(offs / WRAP))


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
