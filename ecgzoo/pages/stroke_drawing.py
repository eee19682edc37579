"""Draws a trace as the printer's pen does: hard ink, a few pixels thick, steep strokes unbroken."""

from __future__ import annotations

import numpy as np


def draw_stroke(ink: np.ndarray, y: np.ndarray, left: int, pen: int) -> None:
    """Draws one trace into a page's ink, in place; what leaves the page is cut off.

    Args:
        ink: bool array ``[height, width]``.
        y: float array ``[samples]``, the row of the signal in each column.
        left: column of the first sample.
        pen: thickness of the pen in pixels, odd.

    Example:
        >>> ink = np.zeros((9, 5), bool)
        >>> draw_stroke(ink, np.full(3, 4.0), left=1, pen=3)
        >>> ink[:, 2].astype(int).tolist()
        [0, 0, 0, 1, 1, 1, 0, 0, 0]
    """
    reach = pen // 2
    rows = np.round(y).astype(int)
    top, bottom = _column_ranges(rows)
    top = _running(np.minimum, top, reach) - reach
    bottom = _running(np.maximum, bottom, reach) + reach
    heights = np.arange(ink.shape[0])[:, None]
    columns = slice(left - reach, left - reach + top.size)
    ink[:, columns] |= (heights >= top) & (heights <= bottom)


def _column_ranges(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last row that the line through all samples crosses in each column."""
    middles = (rows[1:] + rows[:-1]) // 2
    before = np.concatenate([rows[:1], middles])
    after = np.concatenate([middles, rows[-1:]])
    crossed = np.stack([before, rows, after])
    return crossed.min(axis=0), crossed.max(axis=0)


def _running(extreme: np.ufunc, x: np.ndarray, reach: int) -> np.ndarray:
    """Running minimum or maximum, ``reach`` longer at either end."""
    padded = np.pad(x, 2 * reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return extreme.reduce(windows, axis=-1)
