"""Ink that no row was followed to: how much of a trace may have been missed, and where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from ecgzoo.pages.row_reading import ReadRow
from ecgzoo.pages.sheets.sheet import PIXELS_PER_MM
from ecgzoo.pages.upright_ink import COLUMNS_A_KIND, ROWS_A_KIND, followed_range, ink_ends

MISSED = 5.0 * PIXELS_PER_MM  # rows: a peak's ink is wide, and ends farther up than its middle
NEAR = 5  # columns of kinds: the rows' places in so many count, for strokes are a little aslant


def without_missed(rows: list[ReadRow], runs: np.ndarray) -> list[ReadRow]:
    """The rows, unseen where the ink that they touch goes on and no row was followed to its end.

    Args:
        rows: as they were followed.
        runs: as of :func:`~ecgzoo.pages.upright_ink.upright_runs`.

    Returns:
        The rows with :attr:`~ecgzoo.pages.row_reading.ReadRow.missed`.

    Example:
        >>> from ecgzoo.pages.upright_ink import upright_runs
        >>> trace = np.zeros((40, 10))
        >>> trace[5:30, 4] = trace[29] = 1.0
        >>> row = ReadRow(np.full(40, 58.0), np.ones(40))
        >>> (found,) = without_missed([row], upright_runs(trace))
        >>> np.unique(found.missed).tolist(), int(np.isnan(found.y).sum())
        ([0.0, 48.0], 12)
    """
    return [
        replace(row, y=np.where(missed > 0, np.nan, row.y), missed=missed)
        for row, missed in zip(rows, unfollowed(rows, runs), strict=True)
    ]


def unfollowed(rows: list[ReadRow], runs: np.ndarray) -> list[np.ndarray]:
    """By how many rows the ink goes on that each row touches, beyond all that was followed.

    Args:
        rows: as they were followed.
        runs: as of :func:`~ecgzoo.pages.upright_ink.upright_runs`.

    Returns:
        Of each row float ``[columns]``, 0 where its ink was followed to its end.
    """
    least, most = np.stack([followed_range(row.y, runs.shape[1]) for row in rows], axis=1)
    least = ndimage.minimum_filter1d(np.where(np.isnan(least), np.inf, least), NEAR, axis=1)
    most = ndimage.maximum_filter1d(np.where(np.isnan(most), -np.inf, most), NEAR, axis=1)
    return [_by_column(_missed(ink_ends(runs, row.y), least, most), row.y.size) for row in rows]


def _missed(ends: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """By how many rows the ink between two ends goes on beyond all that was followed within it."""
    top, bottom = np.nan_to_num(ends)
    within = (least <= bottom + ROWS_A_KIND) & (most >= top - ROWS_A_KIND)
    above = np.where(within, np.maximum(least, top), np.inf).min(axis=0) - top
    below = bottom - np.where(within, np.minimum(most, bottom), -np.inf).max(axis=0)
    missed = np.maximum(above, below)
    return np.where(np.isfinite(ends[0]) & (missed > MISSED), missed, 0.0)


def _by_column(missed: np.ndarray, columns: int) -> np.ndarray:
    """What was missed by column of kinds, by column of the plane."""
    shown = np.repeat(missed, COLUMNS_A_KIND)[:columns]
    return np.pad(shown, (0, columns - shown.size))
