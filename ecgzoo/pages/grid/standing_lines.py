"""Where the lines of a sheet that was laid flat stand, tile by tile; and what makes them even.

On flat paper under the right homography they stand at whole millimetres everywhere. A correction,
linear in some terms of the place, is fitted to what they are off by; which line is which is told by
being nearest, so that it must nearly be right before.
"""

from __future__ import annotations

import numpy as np

from ecgzoo.pages.grid.comb import LINES

PER_MM = 5  # pixels of the flat sheet
TILE = 40.0  # mm
TEETH = np.arange(1, 11)
PLACES = np.arange(0, LINES, 0.02)  # mm where lines may stand
CLEAR = 1.3  # times as much as is found half way between teeth
EVEN = 0.1  # mm
WRAP = 1.0  # mm: the finest lines


def standing_lines(flat: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of tiles: their middles in mm, where lines stand there (x, y), and which are clear.

    Args:
        flat: ``[rows, columns]``, darkness at ``PER_MM``.
        step: mm from one tile to the next.
    """
    side = int(TILE * PER_MM)
    tops, lefts = (np.arange(0, length - side + 1, int(step * PER_MM)) for length in flat.shape)
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


def place_of_lines(places: np.ndarray) -> np.ndarray:
    """By how much, in mm, all lines together are to be moved: x, y.

    Example:
        >>> place_of_lines(np.array([(0.2, 4.9), (3.2, 0.9)])).round(3).tolist()
        [-0.2, 0.1]
    """
    angles = np.exp(2j * np.pi * places / WRAP).mean(axis=0)
    return np.asarray(-np.angle(angles) / (2 * np.pi) * WRAP)


def fitted(
    design: np.ndarray,
    places: np.ndarray,
    correction: np.ndarray,
    least: np.ndarray | float = 0.0,
) -> np.ndarray:
    """The correction that makes lines stand evenly, in the least squares of what it leaves.

    Args:
        design: float ``[2 * tiles, terms]``, what each part of a correction moves a tile by:
            across for all tiles, then down.
        places: float ``[tiles, 2]``, where lines stand.
        correction: float ``[terms]``, nearly right.
        least: weight by which a part is kept small.

    Returns:
        float ``[terms]``; lines that are far from even count little.
    """
    offs = left_over(design, places, correction)
    weight, scale = np.ones(offs.size), np.abs(design).max(axis=0) + 1e-12
    small = np.diag(np.broadcast_to(least, scale.shape) / scale)
    for _ in range(5):
        root = np.sqrt(weight)[:, None]
        wanted = np.concatenate([offs * root[:, 0], small @ (correction * scale)])
        change, *_ = np.linalg.lstsq(
            np.concatenate([design / scale * root, small]), wanted, rcond=1e-6
        )
        left = offs - design @ (change / scale)
        weight = 1 / (1 + (left / 0.1) ** 2)
    return np.asarray(correction - change / scale)


def left_over(design: np.ndarray, places: np.ndarray, correction: np.ndarray) -> np.ndarray:
    """How far from even the lines stand after a correction, in mm: across, then down."""
    offs = places.T.ravel() + design @ correction
    return np.asarray(offs - WRAP * np.round(offs / WRAP))
