"""How a sheet lies in a picture, by its grid: flat, or bent and then laid flat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecgzoo.pages.grid.bend import Bend, bend_of
from ecgzoo.pages.grid.comb import evened, find_grids
from ecgzoo.pages.grid.flattening import lie_of
from ecgzoo.pages.grid.ruling import ruled
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM


@dataclass(frozen=True, eq=False)
class Lie:
    """How a sheet lies in a picture.

    Attributes:
        picture: uint8 ``[height, width, 3]``: the image itself, or bent paper laid flat.
        home: float ``[3, 3]``, from the picture's pixels to mm, up to quarter turns.
        bent: whether it is bent paper.
    """

    picture: np.ndarray
    home: np.ndarray
    bent: bool = False

    def turned(self, quarters: int) -> Lie:
        """The same after quarter turns."""
        turn = np.eye(3)
        turn[:2, :2] = np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), quarters)
        return replace(self, home=turn @ self.home)


def lie_in(image: np.ndarray) -> Lie | None:
    """How the sheet in an image lies; None if no grid tells it.

    Args:
        image: uint8 ``[height, width, 3]``.
    """
    lines = evened(image.min(axis=2).astype(np.float32))
    roughly = []
    for grid in find_grids(lines):
        roughly.append(lie_of(lines, grid))
        home = ruled(lines, roughly[-1])
        if home is not None:
            return Lie(image, home)
    bends = (bend_of(lines, one) for one in roughly)
    bend = next((one for one in bends if one is not None), None)
    return None if bend is None else _unbent(image, bend)


def _unbent(image: np.ndarray, bend: Bend) -> Lie:
    flat = np.clip(bend.laid_flat(image, COLUMNS_PER_MM), 0, 255).astype(np.uint8)
    flat[~bend.told(COLUMNS_PER_MM)] = 255
    per_pixel = 1 / COLUMNS_PER_MM
    return Lie(flat, np.diag([per_pixel, per_pixel, 1.0]), bent=True)
