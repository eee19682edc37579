"""Whether a page is one that can be traced, and if not, why.

The layout is judged by what every page prints, the traces by how completely each was followed on
ink of its own. Limits were set between what all 491 real pages show (beside them) and what spoilt
ones do. Physics has no part in it.
"""

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


def _find_marks(pages: Tensor, layout: PageLayout) -> tuple[Tensor, Tensor]:
    """Looks for separators in three parts each, calibration pulses and lead names.

    ``present`` and ``erased`` are bool ``[batch, marks]``. A mark is present if its ink is where it
    should be; erased if its surroundings are all white or all black.
    """
    present, erased = [], []
    for mark in (*_separators(layout), *_pulses(layout), *_names(layout)):
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
    present, erased = _find_marks(pages, layout)
    turned, _ = _find_marks(ops.flip(pages, axis=(1, 2)), layout)
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
