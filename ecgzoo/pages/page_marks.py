"""The marks that every page bears, and which of them a page shows, shows elsewhere or lost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import pulse_ink
from ecgzoo.pages.glyphs import lead_name
from ecgzoo.pages.layout import PageLayout

MIN_SEPARATOR = 0.97  # real pages: 0.994 and more of each third of a separator is ink
MIN_PULSE = 0.9  # 0.993 and more of a calibration pulse
MIN_NAME = 0.6  # 0.72 and more of a lead name: traces and JPEG make letters ragged
MAX_AROUND = 0.6  # 0.43 and less of the paper around: a blackened page bears no marks
ERASED = 0.002, 0.98
SEPARATOR_PARTS = 3
MARGIN = 8

Tensor = Any


class Mark(NamedTuple):
    """A printed mark: its box, its ink inside the box, and the share of it that must be there."""

    rows: slice
    columns: slice
    ink: np.ndarray
    least: float


def page_marks(layout: PageLayout) -> list[Mark]:
    """Separators in three parts each, calibration pulses and lead names.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> len(page_marks(PAGE_LAYOUT))
        26
    """
    return [*_separators(layout), *_pulses(layout), *_names(layout)]


def find_marks(pages: Tensor, layout: PageLayout) -> tuple[Tensor, Tensor]:
    """Looks for the marks of a layout.

    Args:
        pages: gray pages ``[batch, height, width]``.
        layout: the layout they should have.

    Returns:
        ``present`` and ``erased``, bool ``[batch, marks]``. A mark is present if its ink is where
        it should be; erased if its surroundings are all white or all black.
    """
    present, erased = [], []
    for mark in page_marks(layout):
        on, around, box = _dark_shares(pages, mark, layout.ink_below)
        present.append(ops.logical_and(on > mark.least, around < MAX_AROUND))
        erased.append(ops.logical_or(box < ERASED[0], box > ERASED[1]))
    return ops.stack(present, axis=1), ops.stack(erased, axis=1)


def _dark_shares(pages: Tensor, mark: Mark, limit: int) -> tuple[Tensor, Tensor, Tensor]:
    """How much is dark of the mark's own ink, of the rest of its box, and of the whole box."""
    part = pages[:, mark.rows, mark.columns]
    dark = ops.cast(part < ops.cast(limit, pages.dtype), "float32")
    own = mark.ink.astype("float32")
    on, total = ops.sum(dark * own, axis=(1, 2)), ops.sum(dark, axis=(1, 2))
    ink, size = float(own.sum()), float(own.size)
    return on / ink, (total - on) / (size - ink), total / size


def _separators(layout: PageLayout) -> list[Mark]:
    top, bottom = layout.separator_rows
    height = (bottom - top) // SEPARATOR_PARTS
    marks = []
    for left, right in layout.separators:
        ink = np.zeros((height, right - left + 2 * MARGIN), bool)
        ink[:, MARGIN:-MARGIN] = True
        columns = slice(left - MARGIN, right + MARGIN)
        for y in range(top, bottom - height + 1, height):
            marks.append(Mark(slice(y, y + height), columns, ink, MIN_SEPARATOR))
    return marks


def _pulses(layout: PageLayout) -> list[Mark]:
    marks = []
    for baseline in layout.pulse_baselines:
        ink = pulse_ink(baseline, layout)
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        marks.append(Mark(*box, ink[box], MIN_PULSE))
    return marks


def _names(layout: PageLayout) -> list[Mark]:
    """The names; of the strip's, the part that both leads' names share."""
    height, width = layout.name_size
    places = [(*layout.cell(lead), lead) for lead in layout.leads]
    marks = []
    for row, column, lead in [*places, (len(layout.rows), 0, layout.strip_leads[0])]:
        y, x = layout.name_tops[row], layout.box_left[column]
        box = slice(y, y + height), slice(x, x + width)
        marks.append(Mark(*box, lead_name(lead), MIN_NAME))
    return marks
