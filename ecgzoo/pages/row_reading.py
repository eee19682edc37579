"""Reading a row: where its trace runs in each column, and how surely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy import ndimage

from ecgzoo.pages.networks.unet import DIVISOR
from ecgzoo.pages.tall_complexes import FAR, with_tips

HEIGHT = 224  # rows of the plane that are looked at, 28 mm either way
NEAR = 12  # rows around the likeliest that count for its place
CHUNK = 2  # rows of a sheet at once: more take more memory, and no less time
SAME = 2.0  # rows within which two traces are one
WHOLE = slice(None)
CROSSING = 20  # columns: traces that cross are one for less
TORN, FRAGMENT = 3, 6  # columns: what is torn for less is one, and what is shorter alone no trace
# The RMS error of a trace, in rows, by how far its less sure columns are spread: fitted to the 243
# rows of 40 drawn sheets that no network learned from; half of them lie within a factor of 1.5.
WIDE, FACTOR, POWER = 95.0, 0.18, 2.33


@dataclass(frozen=True, eq=False)
class ReadRow:
    """A trace, by column of the plane.

    Attributes:
        y: float ``[columns]``, its row of the plane; NaN where none was seen.
        spread: float ``[columns]``, the standard deviation of where it may be, in rows.
        added: float ``[columns]``, how far off it may be where the tip of a tall complex was added,
            in rows; 0 elsewhere.
    """

    y: np.ndarray
    spread: np.ndarray
    added: np.ndarray


def expected_rms(spread: np.ndarray) -> float:
    """The RMS error to be expected of a trace, in rows; infinite where none was seen.

    Args:
        spread: of the columns in which it was seen, as of :class:`ReadRow`.

    Example:
        >>> round(expected_rms(np.full(100, 2.0)), 2)
        0.91
    """
    return FACTOR * float(np.percentile(spread, WIDE)) ** POWER if spread.size else np.inf


def read_rows(
    plane: np.ndarray, baselines: np.ndarray, network: Any, within: slice = WHOLE
) -> list[ReadRow]:
    """Follows the trace of each row.

    Args:
        plane: uint8 ``[rows, columns, 2]``.
        baselines: the row of the plane around which each trace runs.
        network: as of :func:`~ecgzoo.pages.networks.unet.row_network`.
        within: the columns that are looked at; beyond them nothing is seen.
    """
    shown = plane[:, within]
    tops = [round(baseline) - HEIGHT // 2 for baseline in baselines]
    # Where rows stand closer, what is so far out is another's.
    apart = np.diff(np.sort(baselines)).min(initial=np.inf) >= FAR
    found: list[ReadRow] = []
    for start in range(0, len(tops), CHUNK):
        some = tops[start : start + CHUNK]
        crops = np.stack([_crop(shown, top) for top in some])
        logits = np.asarray(network(crops, training=False))[..., : shown.shape[1]]
        read = [(_read(logit, top), top) for logit, top in zip(logits, some, strict=True)]
        found += [_whole(row, shown[..., 0], top) if apart else row for row, top in read]
    return [_among(row, within, plane.shape[1]) for row in found]


def _among(row: ReadRow, within: slice, columns: int) -> ReadRow:
    """A row of some columns as one of all."""
    every = np.full((3, columns), np.nan)
    every[2] = 0
    every[:, within] = row.y, row.spread, row.added
    return ReadRow(*every)


def without_shared(rows: list[ReadRow]) -> list[ReadRow]:
    """The rows without what two of them follow at once: whose trace that is, was not seen.

    Example:
        >>> one, other = np.zeros(200), np.full(200, 40.0)
        >>> other[:100] = 0.5
        >>> rows = [ReadRow(y, np.ones(200), np.zeros(200)) for y in (one, other)]
        >>> [int(np.isnan(row.y).sum()) for row in without_shared(rows)]
        [100, 100]
    """
    shared = np.zeros((len(rows), rows[0].y.size), bool)
    for pair in combinations(range(len(rows)), 2):
        one, other = (rows[place].y for place in pair)
        same = np.abs(one - other) < SAME
        shared[list(pair)] |= ndimage.binary_opening(same, np.ones(CROSSING))
    return [
        replace(row, y=np.where(where, np.nan, row.y))
        for row, where in zip(rows, shared, strict=True)
    ]


def _crop(plane: np.ndarray, top: int) -> np.ndarray:
    """float32 ``[HEIGHT, columns, 3]`` around a row, white beyond the sheet."""
    rows, columns = plane.shape[:2]
    crop = np.zeros((HEIGHT, columns + -columns % DIVISOR, 3), np.float32)
    first, last = max(top, 0), min(top + HEIGHT, rows)
    if last > first:
        crop[first - top : last - top, :columns, :2] = plane[first:last] / np.float32(255)
    crop[..., 2] = (np.arange(HEIGHT)[:, None] - (HEIGHT - 1) / 2) / 95.5
    return crop


def _read(logit: np.ndarray, top: int) -> ReadRow:
    place = np.arange(len(logit))[:, None]
    likeliest = logit.argmax(axis=0)
    weight = np.exp(logit - logit.max(axis=0)) * (np.abs(place - likeliest) <= NEAR)
    weight /= weight.sum(axis=0)
    y = (weight * place).sum(axis=0)
    spread = np.sqrt((weight * (place - y) ** 2).sum(axis=0))
    there = _in_one_piece(np.logaddexp.reduce(logit, axis=0) > 0)  # likelier than nowhere
    return ReadRow(np.where(there, y + top, np.nan), spread, np.zeros(y.size))


def _whole(row: ReadRow, darkness: np.ndarray, top: int) -> ReadRow:
    """A row with the tips of its tall complexes."""
    y, added = with_tips(row.y, darkness, top + (HEIGHT - 1) / 2)
    return replace(row, y=y, added=added)


def _in_one_piece(there: np.ndarray) -> np.ndarray:
    """Columns without those of fragments: dots in a gap between two leads, or beyond an end."""
    beyond = np.pad(there, FRAGMENT, mode="edge")
    mended = ndimage.binary_closing(beyond, np.ones(TORN))
    return there & ndimage.binary_opening(mended, np.ones(FRAGMENT))[FRAGMENT:-FRAGMENT]
