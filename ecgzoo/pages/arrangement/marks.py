"""Marks on a sheet: lead names and calibration pulses, as patches of what was recognised."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ecgzoo.pages.sheets.drawing import FIRST_NAME, PULSE
from ecgzoo.pages.sheets.sheet import PIXELS_PER_MM, TWELVE

KINDS_PER_MM = PIXELS_PER_MM / 2  # kinds of print are told at half the plane's rows
LEAST_NAME = 1.0  # mm2 that a name covers
PULSE_HEIGHTS = 4.0, 22.0  # mm
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
    chances: tuple[float, ...] = ()


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


def pulse_height(kinds: np.ndarray) -> float | None:
    """How high the calibration pulses are, in mm; None where none is recognised.

    Args:
        kinds: as of :func:`find_names`.
    """
    patches, _ = ndimage.label(kinds[..., PULSE] > 0.5, EVERYWHERE)
    heights = []
    for rows, columns in ndimage.find_objects(patches):
        height = (rows.stop - rows.start - 1) / KINDS_PER_MM
        width = (columns.stop - columns.start) / KINDS_PER_MM
        if PULSE_HEIGHTS[0] <= height <= PULSE_HEIGHTS[1] and width > 3:
            heights.append(height)
    return float(np.median(heights)) if heights else None
