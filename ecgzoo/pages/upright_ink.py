"""Upright ink: how far the strokes go on, straight up and down, that a row's trace touches."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ecgzoo.pages.arrangement.marks import KINDS_PER_MM
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM

ROWS_A_KIND, COLUMNS_A_KIND = (round(per / KINDS_PER_MM) for per in (PIXELS_PER_MM, COLUMNS_PER_MM))
UPRIGHT = np.array([[0, 1, 0]] * 3)


def upright_runs(trace: np.ndarray) -> np.ndarray:
    """Runs of traces' ink straight down each column, by number; 0 where none is.

    Args:
        trace: float ``[rows, columns]``, the probability that a trace is there, ``KINDS_PER_MM``.
    """
    wide = ndimage.maximum_filter1d(trace > 0.5, 3, axis=1)  # a stroke need not be quite upright
    runs, _ = ndimage.label(wide, UPRIGHT)
    return np.asarray(runs)


def followed_range(y: np.ndarray, columns: int) -> np.ndarray:
    """The least and the most y that a row has in each column of kinds; NaN where none was seen.

    Args:
        y: by column of the plane, NaN where nothing was seen.
        columns: of kinds.

    Returns:
        float ``[2, columns]``, in rows of the plane.
    """
    shown = np.full(columns * COLUMNS_A_KIND, np.nan)
    shown[: y.size] = y[: shown.size]
    parts = shown.reshape(columns, COLUMNS_A_KIND)
    return np.stack([np.fmin.reduce(parts, axis=1), np.fmax.reduce(parts, axis=1)])


def ink_ends(runs: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where the ink ends, above and below, that a row touches.

    Args:
        runs: as of :func:`upright_runs`.
        y: as of :func:`followed_range`.

    Returns:
        float ``[2, columns]``, in rows of the plane; NaN where nothing was seen.

    Example:
        >>> trace = np.zeros((40, 10))
        >>> trace[5:30, 4:6] = 1.0
        >>> ends = ink_ends(upright_runs(trace), np.full(40, 58.0))
        >>> ends[:, 4].tolist(), ends[:, 0].tolist()
        ([10.0, 59.0], [58.0, 58.0])
    """
    ends = followed_range(y, runs.shape[1])
    for column in np.flatnonzero(np.isfinite(ends[0])):
        first, last = (int(side // ROWS_A_KIND) for side in ends[:, column])
        touched = runs[max(first - 1, 0) : last + 2, column]
        inked = np.flatnonzero(np.isin(runs[:, column], touched[touched > 0]))
        if inked.size:
            ends[0, column] = min(ends[0, column], inked[0] * ROWS_A_KIND)
            ends[1, column] = max(ends[1, column], (inked[-1] + 1) * ROWS_A_KIND - 1)
    return ends
