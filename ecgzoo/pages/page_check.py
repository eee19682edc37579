"""Whether a page is one that can be traced, and if not, why.

Limits were set between what all 491 real pages show and what spoilt ones do: see the figures beside
them. The layout is judged by what every page prints (separators, calibration pulses, lead names),
the traces by how completely they were followed. Physics has no part in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import pulse_ink
from ecgzoo.pages.glyphs import lead_name
from ecgzoo.pages.ink import Runs
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.quality import PageQuality

MIN_SEPARATOR = 0.97  # real pages: 0.994 and more of each third of a separator is ink
MAX_FLANK = 0.6  # at most 0.43 of the paper beside it
MIN_PULSE = 0.8  # 0.85 and more of a calibration pulse
MIN_NAME = 0.6  # 0.72 and more of a lead name
MIN_SEEN = 0.93  # 0.943 and more of a lead's columns hold its trace
MAX_RUNS_MEAN = 6.0  # 4.2 runs of ink per column at most
MIN_INK = 0.25  # 1.0 of the columns hold ink
SEPARATOR_PARTS = 3
FLANK = (12, 6)

Tensor = Any


def check_page(pages: Tensor, runs: Runs, seen: Tensor, layout: PageLayout) -> Tensor:
    """The quality of each page.

    Args:
        pages: gray pages ``[batch, height, width]``.
        runs: the runs of ink found on them.
        seen: bool ``[batch, rows, blocks, samples]``, where a trace was followed.
        layout: the page's geometry.

    Returns:
        int32 ``[batch]``, each a :class:`PageQuality`.
    """
    marks = _marks(pages, layout)
    turned = _marks(ops.flip(pages, axis=(1, 2)), layout)
    verdicts = (
        (_is_blank(runs), PageQuality.BLANK),
        (ops.all(turned, axis=1), PageQuality.ROTATED),
        (~ops.any(marks, axis=1), PageQuality.OTHER_LAYOUT),
        (~ops.all(marks, axis=1), PageQuality.CUT),
        (~_is_traced(runs, seen), PageQuality.UNTRACEABLE),
    )
    quality = ops.zeros_like(marks[:, 0], dtype="int32")
    for refused, code in reversed(verdicts):
        quality = ops.where(refused, int(code), quality)
    return quality


def _marks(pages: Tensor, layout: PageLayout) -> Tensor:
    """Which of the marks that every page bears are there, bool ``[batch, marks]``."""
    limit = ops.cast(layout.ink_below, pages.dtype)

    def share(rows: slice, columns: slice, mask: np.ndarray | None = None) -> Tensor:
        dark = ops.cast(pages[:, rows, columns] < limit, "float32")
        if mask is None:
            return ops.mean(dark, axis=(1, 2))
        return ops.sum(dark * mask.astype("float32"), axis=(1, 2)) / float(mask.sum())

    found = []
    for rows, left, right in _separator_parts(layout):
        flank = share(rows, slice(left - FLANK[0], left - FLANK[1]))
        found.append((share(rows, slice(left, right)) > MIN_SEPARATOR) & (flank < MAX_FLANK))
    for rows, columns, mask in _pulses(layout):
        found.append(share(rows, columns, mask) > MIN_PULSE)
    for rows, columns, mask in _names(layout):
        found.append(share(rows, columns, mask) > MIN_NAME)
    return ops.stack(found, axis=1)


def _separator_parts(layout: PageLayout) -> list[tuple[slice, int, int]]:
    top, bottom = layout.separator_rows
    height = (bottom - top) // SEPARATOR_PARTS
    starts = [top + part * height for part in range(SEPARATOR_PARTS)]
    return [(slice(y, y + height), *edges) for edges in layout.separators for y in starts]


def _pulses(layout: PageLayout) -> list[tuple[slice, slice, np.ndarray]]:
    marks = []
    for baseline in layout.pulse_baselines:
        ink = pulse_ink(baseline, layout)
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        marks.append((*part, ink[part]))
    return marks


def _names(layout: PageLayout) -> list[tuple[slice, slice, np.ndarray]]:
    """Boxes and bitmaps of the printed names; the strip's may be either, so its common part."""
    height, width = layout.name_size
    boxes = [(layout.name_tops[-1], layout.strip_left, lead_name(layout.strip_leads[0]))]
    for lead in layout.leads:
        row, column = layout.cell(lead)
        boxes.append((layout.name_tops[row], layout.box_left[column], lead_name(lead)))
    return [(slice(y, y + height), slice(x, x + width), name) for y, x, name in boxes]


def _is_blank(runs: Runs) -> Tensor:
    return ops.mean(ops.cast(runs.count > 0, "float32"), axis=1) < MIN_INK


def _is_traced(runs: Runs, seen: Tensor) -> Tensor:
    complete = ops.min(ops.mean(ops.cast(seen, "float32"), axis=-1), axis=(1, 2)) > MIN_SEEN
    clean = ops.mean(ops.cast(runs.count, "float32"), axis=1) < MAX_RUNS_MEAN
    return ops.logical_and(complete, clean)
