"""Tall complexes: traces that leave the height in which a row is followed.

The network follows a row as far as it learned to: some 24 mm either way of its middle. What goes on
beyond is followed on the plane squeezed, as if it were printed at half the gain or a third of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ecgzoo.pages.row_reading import WHOLE, ReadRow, read_rows
from ecgzoo.pages.sheets.sheet import PIXELS_PER_MM
from ecgzoo.pages.unfollowed_ink import unfollowed
from ecgzoo.pages.upright_ink import ink_ends

REACH = 21.0 * PIXELS_PER_MM  # rows either way of a row's middle in which it is followed safely
SQUEEZES = 2, 3  # rows of the plane in one; the second if the first does not reach
TOWARDS = 0.75  # of the reach, to which what leaves it was followed: else the ink is another row's
BESIDE = 8  # columns beside a complex in which it may have been followed so far
DIFFERENT = 2.0 * PIXELS_PER_MM  # rows that two readings of one trace are apart at least


def with_tall_complexes(
    rows: list[ReadRow],
    plane: np.ndarray,
    baselines: np.ndarray,
    runs: np.ndarray,
    network: Any,
    within: slice = WHOLE,
) -> list[ReadRow]:
    """The rows, followed farther where the ink that they touch goes on.

    Args:
        rows: as of :func:`~ecgzoo.pages.row_reading.read_rows`.
        plane: as it takes it, and so the rest.
        baselines: the row of the plane around which each trace runs.
        runs: as of :func:`~ecgzoo.pages.upright_ink.upright_runs`.
        network: that follows a row.
        within: the columns that are looked at.
    """
    followed = list(rows)
    for squeeze in SQUEEZES:
        reach = (squeeze - 1) * REACH
        unexplained = [missed > 0 for missed in unfollowed(followed, runs)]
        tall = [
            place
            for place, (row, middle) in enumerate(zip(followed, baselines, strict=True))
            if (_farthest(row.y, middle) > TOWARDS * reach or unexplained[place].any())
            and _farthest(ink_ends(runs, row.y), middle) > reach
        ]
        if tall:
            squeezed = _read_squeezed(plane, baselines[tall], network, within, squeeze)
            for place, row in zip(tall, squeezed, strict=True):
                both = followed[place], row
                followed[place] = _joined(*both, baselines[place], reach, unexplained[place])
    return followed


def _farthest(y: np.ndarray, middle: float) -> float:
    return float(np.nanmax(np.abs(y - middle), initial=0.0))


def _read_squeezed(
    plane: np.ndarray, baselines: np.ndarray, network: Any, within: slice, squeeze: int
) -> list[ReadRow]:
    height = len(plane) // squeeze
    parts = plane[: height * squeeze].reshape(height, squeeze, *plane.shape[1:])
    low = parts.mean(axis=1).astype(plane.dtype)
    middle = (squeeze - 1) / 2
    rows = read_rows(low, (baselines - middle) / squeeze, network, within)
    return [ReadRow(row.y * squeeze + middle, row.spread * squeeze) for row in rows]


def _joined(
    near: ReadRow, far: ReadRow, middle: float, reach: float, unexplained: np.ndarray
) -> ReadRow:
    """A row as it was read within the reach, and as it was read farther where it leaves it.

    Of what leaves it the whole complex is taken: all columns around in which the readings differ.
    """
    beyond = np.abs(far.y - middle) > reach
    alike = np.abs(far.y - near.y) <= DIFFERENT
    complexes, _ = ndimage.label(beyond | (np.isfinite(far.y) & ~alike))
    taken = np.zeros(beyond.size, bool)
    for number in np.unique(complexes[beyond]):
        inside = complexes == number
        around = ndimage.binary_dilation(inside, iterations=BESIDE)
        before, now = (_farthest(row.y[around], middle) for row in (near, far))
        leaves = before > TOWARDS * reach or unexplained[around].any()
        taken |= inside & leaves & (now > before + DIFFERENT)
    return ReadRow(np.where(taken, far.y, near.y), np.where(taken, far.spread, near.spread))
