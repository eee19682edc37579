"""Whether a page is one that can be traced, and if not, why.

The layout is judged by what every page prints, the traces by how completely each was followed on
ink of its own. Limits were set between what all 491 real pages show (beside them) and what spoilt
ones do. Physics has no part in it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name, pulse_ink
from ecgzoo.pages.ink import Runs
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.stroke import running_mean

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


def _find_marks(pages: Tensor, layout: PageLayout) -> tuple[Tensor, Tensor, Tensor]:
    """Looks for separators in three parts each, calibration pulses and lead names.

    Bool ``[batch, marks]`` each: ``present``, a mark's ink is where it should be; ``turned``, it is
    there on the page turned upside down; ``erased``, its surroundings are all white or all black.
    """
    found = [
        _looked_for(pages, alike, layout)
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


def _looked_for(
    pages: Tensor, marks: Sequence[Mark], layout: PageLayout
) -> tuple[Tensor, Tensor, Tensor]:
    """:func:`_find_marks` of marks whose boxes have one size."""
    on, around, box = _dark_shares(pages, marks, layout)
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
    dark = ops.cast(_boxes(pages, marks, layout) < layout.ink_below, "float32")
    ink = np.unique([mark.ink for mark in marks], axis=0)
    # Marks of one shape share it; a byte a pixel until the graph runs.
    own = ink if len(ink) == 1 else np.array([mark.ink for mark in marks])
    on = ops.sum(dark * ops.cast(own, "float32"), axis=(-2, -1))
    total = ops.sum(dark, axis=(-2, -1))
    inked, size = own.sum(axis=(1, 2)).astype("float32"), float(ink[0].size)
    return on / inked, (total - on) / (size - inked), total / size


def _boxes(pages: Tensor, marks: Sequence[Mark], layout: PageLayout) -> Tensor:
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


MIN_INK = 0.25  # of the columns hold ink; real pages: all but a few
MAX_WHITE = 60  # columns without any ink side by side; 3
MIN_SEEN = 0.93  # of a lead's columns show its trace; 0.943
MAX_SHARED = 0.08  # of a lead's columns share their ink with another; 0.051
MAX_GAP = 24  # columns side by side without ink of the lead's own; 15
MAX_RUNS_MEAN = 6.0  # runs of ink per column; 4.2


def check_page(pages: Tensor, runs: Runs, top: Tensor, seen: Tensor, layout: PageLayout) -> Tensor:
    """The quality of each page.

    Args:
        pages: gray pages ``[batch, height, width]``.
        runs: the runs of ink found on them.
        top: float32 ``[batch, rows, blocks, samples]``, the first row of the run that a trace took.
        seen: bool of the same shape, where it took any.
        layout: the page's geometry.

    Returns:
        int32 ``[batch]``, each a :class:`PageQuality`.
    """
    present, turned, erased = _find_marks(pages, layout)
    complete = ops.all(present, axis=1)
    partial = ops.logical_and(ops.any(present, axis=1), ops.any(erased, axis=1))
    inked = ops.cast(runs.count > 0, "float32")
    verdicts = (
        (ops.mean(inked, axis=1) < MIN_INK, PageQuality.BLANK),
        (ops.all(turned, axis=1), PageQuality.ROTATED),
        (ops.logical_and(partial, ~complete), PageQuality.CUT),
        (~complete, PageQuality.OTHER_LAYOUT),
        (_longest_gap_over(inked, MAX_WHITE), PageQuality.CUT),
        (~_is_traced(runs, top, seen), PageQuality.UNTRACEABLE),
    )
    quality = ops.zeros_like(present[:, 0], dtype="int32")
    for refused, code in reversed(verdicts):
        quality = ops.where(refused, int(code), quality)
    return quality


def _is_traced(runs: Runs, top: Tensor, seen: Tensor) -> Tensor:
    same = ops.logical_and(ops.equal(top[:, :, None], top[:, None]), seen[:, :, None])
    same = ops.logical_and(same, seen[:, None])
    takers = ops.sum(ops.cast(same, "int32"), axis=2)
    seen_share = ops.mean(ops.cast(seen, "float32"), axis=-1)
    shared = ops.mean(ops.cast(takers > 1, "float32"), axis=-1)
    own = ops.cast(ops.equal(takers, 1), "float32")
    spoilt = ops.logical_or(seen_share < MIN_SEEN, shared > MAX_SHARED)
    spoilt = ops.logical_or(spoilt, _longest_gap_over(own, MAX_GAP))
    clean = ops.mean(ops.cast(runs.count, "float32"), axis=1) < MAX_RUNS_MEAN
    return ops.logical_and(clean, ~ops.any(spoilt, axis=(1, 2)))


def _longest_gap_over(ones: Tensor, limit: int) -> Tensor:
    """Whether more than ``limit`` zeros stand side by side in the last axis."""
    reach = limit // 2
    inside = running_mean(ones, reach)[..., reach : ones.shape[-1] - reach]
    return ops.min(inside, axis=-1) < 0.5 / (2 * reach + 1)
