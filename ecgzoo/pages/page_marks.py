"""What every page prints at fixed places: separators, calibration pulses and lead names.

Limits were set between what all 491 real pages show (beside them) and what spoilt ones do.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name, pulse_ink
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


def find_marks(
    pages: Tensor, layout: PageLayout, tolerance: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """Looks for separators in three parts each, calibration pulses and lead names.

    Bool ``[batch, marks]`` each: ``present``, a mark's ink is where it should be; ``turned``, it is
    there on the page turned upside down; ``erased``, its surroundings are all white or all black.
    A mark's own ink may lie as many pixels aside as ``tolerance`` says.
    """
    near = _thickened(pages, tolerance) if tolerance else pages
    found = [
        _looked_for(pages, near, alike, layout)
        for alike in _alike((*_separators(layout), *_pulses(layout), *_names(layout)))
    ]
    present, turned, erased = (ops.concatenate(each, axis=1) for each in zip(*found, strict=True))
    return present, turned, erased


def _alike(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The marks whose boxes have one size together: the graph holds a size's operations once."""
    by_size: dict[tuple[int, ...], list[Mark]] = {}
    for mark in marks:
        by_size.setdefault(mark.ink.shape, []).append(mark)
    return list(by_size.values())


def _thickened(pages: Tensor, pixels: int) -> Tensor:
    """Pages whose ink reaches so many pixels further."""
    light = -ops.cast(pages, "float32")[..., None]
    return -ops.max_pool(light, 2 * pixels + 1, 1, "same", "channels_last")[..., 0]


def _looked_for(
    pages: Tensor, near: Tensor, marks: Sequence[Mark], layout: PageLayout
) -> tuple[Tensor, Tensor, Tensor]:
    """:func:`find_marks` of marks whose boxes have one size."""
    on, around, box = _dark_shares(pages, marks, layout)
    if near is not pages:
        on, _, _ = _dark_shares(near, marks, layout)
    least = np.array([mark.least for mark in marks], "float32")
    present = ops.logical_and(on > least, around < MAX_AROUND)
    erased = ops.logical_or(box[:, 0] < ERASED[0], box[:, 0] > ERASED[1])
    return present[:, 0], present[:, 1], erased


def _dark_shares(
    pages: Tensor, marks: Sequence[Mark], layout: PageLayout
) -> tuple[Tensor, Tensor, Tensor]:
    """How much is dark of a mark's own ink, of the rest of its box, and of the whole box.

    Each ``[batch, 2, marks]``: of the page as it lies, and of the page turned upside down.
    """
    dark = ops.cast(boxes(pages, marks, layout) < layout.ink_below, "float32")
    ink = np.unique([mark.ink for mark in marks], axis=0)
    # Marks of one shape share it; a byte a pixel until the graph runs.
    own = ink if len(ink) == 1 else np.array([mark.ink for mark in marks])
    on = ops.sum(dark * ops.cast(own, "float32"), axis=(-2, -1))
    total = ops.sum(dark, axis=(-2, -1))
    inked, size = own.sum(axis=(1, 2)).astype("float32"), float(ink[0].size)
    return on / inked, (total - on) / (size - inked), total / size


def boxes(pages: Tensor, marks: Sequence[Mark], layout: PageLayout) -> Tensor:
    """The pixels of each box ``[batch, 2, marks, height, width]``, as it lies and turned."""
    height, width = marks[0].ink.shape
    first = np.array([mark.rows.start * layout.width + mark.columns.start for mark in marks])
    last = layout.height * layout.width - 1
    starts = np.stack([first, last - first]).astype("int32")[:, :, None, None]
    forwards = np.array([1, -1], "int32")[:, None, None, None]
    along = ops.arange(height)[:, None] * layout.width + ops.arange(width)
    flat = ops.reshape(pages, (-1, layout.height * layout.width))
    return ops.take(flat, starts + forwards * along, axis=1)


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


def lead_names(layout: PageLayout) -> list[Mark]:
    """The name in each lead's box."""
    return [_name(*layout.cell(lead), lead, layout) for lead in layout.leads]


def _names(layout: PageLayout) -> list[Mark]:
    """The names; of the strip's, the part that both leads' names share."""
    strip = _name(len(layout.rows), 0, layout.strip_leads[0], layout)
    return [*lead_names(layout), strip]


def _name(row: int, column: int, lead: str, layout: PageLayout) -> Mark:
    height, width = layout.name_size
    y, x = layout.name_tops[row], layout.box_left[column]
    return Mark(slice(y, y + height), slice(x, x + width), lead_name(lead), MIN_NAME)
