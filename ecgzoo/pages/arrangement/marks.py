"""Marks on a sheet: lead names and calibration pulses, as patches of what was recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ecgzoo.pages.sheets.drawing import FIRST_NAME, PULSE
from ecgzoo.pages.sheets.sheet import PIXELS_PER_MM, TWELVE

KINDS_PER_MM = PIXELS_PER_MM / 2  # kinds of print are told at half the plane's rows
LEAST_NAME = 1.0  # mm2 that a name covers
PULSE_HEIGHTS = 4.0, 22.0  # mm
PULSE_TOP = 3.5  # mm that the top of a pulse is wide at least, and its feet are not
PULSE_WIDE = 12.0  # mm that its strokes are apart at most
PULSE_OFF = 1.5  # mm by which one may be off
PULSE_LEAD = 2  # rows and tops by which one height must be better than any other
EVERYWHERE = np.ones((3, 3))


class Name(NamedTuple):
    """A lead's name on a sheet.

    Attributes:
        lead: which.
        x: of its left edge, in mm.
        y: of its middle.
        sure: the mean probability there, 0 to 1.
        chances: of each of the twelve leads.
    """

    lead: str
    x: float
    y: float
    sure: float
    chances: tuple[float, ...]


def find_names(kinds: np.ndarray) -> list[Name]:
    """The names of leads.

    Args:
        kinds: float ``[rows, columns, kinds]``, probabilities of each kind of print,
            ``KINDS_PER_MM`` either way.

    Example:
        >>> kinds = np.zeros((40, 80, 15))
        >>> kinds[10:16, 20:30, 4] = 1.0
        >>> find_names(kinds)[0][:4]
        ('II', 10.0, 6.25, 1.0)
    """
    chances = kinds[..., FIRST_NAME:]
    patches, count = ndimage.label(chances.sum(axis=-1) > 0.5, EVERYWHERE)
    found = []
    for number, box in enumerate(ndimage.find_objects(patches), start=1):
        inside = patches[box] == number
        if inside.sum() < LEAST_NAME * KINDS_PER_MM**2:
            continue
        votes = chances[box][inside].mean(axis=0)
        lead, (rows, columns) = int(votes.argmax()), box
        middle = (rows.start + rows.stop - 1) / 2 / KINDS_PER_MM
        left, sure = columns.start / KINDS_PER_MM, float(votes[lead])
        found.append(Name(TWELVE[lead], left, middle, sure, tuple(votes.tolist())))
    return found


def pulse_height(kinds: np.ndarray, baselines: Sequence[float]) -> float | None:
    """How high the calibration pulses are, in mm; None where most rows show none, or in doubt.

    Rows may stand so close that the pulse of one ends in another's: the height is sought by which
    most rows have a top above them, and most tops a row below.

    Args:
        kinds: as of :func:`find_names`.
        baselines: of the rows, in mm.
    """
    wide = np.ones((1, round(PULSE_TOP * KINDS_PER_MM)))
    tops = _middles(ndimage.binary_erosion(kinds[..., PULSE] > 0.5, wide).any(axis=1))
    away = np.asarray(baselines)[:, None] - tops
    heights = np.unique(away[(away >= PULSE_HEIGHTS[0]) & (away <= PULSE_HEIGHTS[1])])
    fits = np.abs(away - heights[:, None, None]) < PULSE_OFF
    rows = fits.any(axis=2).sum(axis=1)
    if max(rows, default=0) <= len(baselines) / 2:
        return None
    score = rows + fits.any(axis=1).sum(axis=1)
    likely = heights[score > score.max() - PULSE_LEAD]
    return float(np.median(likely)) if np.ptp(likely) < 2 * PULSE_OFF else None


def pulsed_columns(kinds: np.ndarray) -> np.ndarray:
    """Which columns a calibration pulse stands in, without its feet, which a trace may look like.

    Args:
        kinds: as of :func:`find_names`.

    Returns:
        bool ``[columns]``.
    """
    tall = np.ones((round(PULSE_HEIGHTS[0] * KINDS_PER_MM), 1))
    strokes = ndimage.binary_opening(kinds[..., PULSE] > 0.5, tall).any(axis=0)
    return np.asarray(ndimage.binary_closing(strokes, np.ones(round(PULSE_WIDE * KINDS_PER_MM))))


def _middles(inked: np.ndarray) -> np.ndarray:
    """The middle of each run of rows with ink, in mm."""
    runs, count = ndimage.label(inked)
    middles = ndimage.mean(np.arange(inked.size), runs, range(1, count + 1))
    return np.asarray(middles) / KINDS_PER_MM
