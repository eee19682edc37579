"""The page's ink as vertical runs: per column, where each stretch of trace ink starts and ends."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ecgzoo.pages.glyphs import lead_name
from ecgzoo.pages.layout import PageLayout

MAX_RUNS = 8
SPECK = 2

Tensor = Any


class Runs(NamedTuple):
    """Runs of ink, from the top down, in the layout's trace window.

    Attributes:
        top: float32 ``[batch, columns, MAX_RUNS]``, first row of a run, in page rows.
        bottom: the row after its last.
        valid: bool, false where a column has fewer runs and where a run is a speck.
        count: int32 ``[batch, columns]``, runs in the column, those beyond ``MAX_RUNS`` as well.
    """

    top: Tensor
    bottom: Tensor
    valid: Tensor
    count: Tensor


def trace_window(layout: PageLayout) -> tuple[slice, slice]:
    """Rows and columns of a page in which traces stand."""
    return slice(*layout.trace_rows), slice(
        layout.strip_left, layout.strip_left + layout.window_samples
    )


def fixed_ink(layout: PageLayout) -> np.ndarray:
    """What every page prints inside the trace window: separators and lead names.

    Returns:
        bool array of the trace window's shape.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> fixed_ink(PAGE_LAYOUT).shape
        (1344, 1968)
    """
    page = np.zeros((layout.height, layout.width), bool)
    top, bottom = layout.separator_rows
    for left, right in layout.separators:
        page[top:bottom, left:right] = True
    height, width = layout.name_size
    for lead in layout.leads:
        row, column = layout.cell(lead)
        y, x = layout.name_tops[row], layout.box_left[column]
        page[y : y + height, x : x + width] |= lead_name(lead)
    y, x = layout.name_tops[-1], layout.strip_left
    page[y : y + height, x : x + width] |= lead_name(layout.strip_leads[-1])
    return page[trace_window(layout)]


def find_runs(pages: Tensor, layout: PageLayout) -> Runs:
    """Finds the runs of trace ink in every column.

    Args:
        pages: gray pages ``[batch, height, width]``, 0 to 255.
        layout: the page's geometry.

    Returns:
        The runs, ``[batch, columns, MAX_RUNS]``.
    """
    rows, columns = trace_window(layout)
    dark = ops.less(pages[:, rows, columns], ops.cast(layout.ink_below, pages.dtype))
    ink = ops.transpose(ops.logical_and(dark, ~fixed_ink(layout)), (0, 2, 1))
    ink = ops.pad(ink, ((0, 0), (0, 0), (1, 1)), constant_values=False)
    edges = ops.not_equal(ink[:, :, 1:], ink[:, :, :-1])
    return _runs_between(edges, float(layout.trace_rows[0]))


def _runs_between(edges: Tensor, offset: float) -> Runs:
    """Pairs up the edges of each column: they start and end runs in turn."""
    batch, (_, width, height) = ops.shape(edges)[0], edges.shape
    found = ops.cast(ops.nonzero(ops.reshape(edges, (-1,)))[0], "int32")
    starts = ops.arange(batch * width + 1, dtype="int32") * height
    first = ops.searchsorted(found, starts)
    count = (first[1:] - first[:-1]) // 2
    rank = np.arange(MAX_RUNS, dtype="int32")
    found = ops.concatenate([found, ops.zeros((1,), "int32")], axis=0)
    index = first[:-1, None] + 2 * rank
    last = ops.shape(found)[0] - 1
    top = ops.take(found, ops.minimum(index, last), axis=0) - starts[:-1, None]
    bottom = ops.take(found, ops.minimum(index + 1, last), axis=0) - starts[:-1, None]
    valid = ops.logical_and(rank < count[:, None], bottom - top >= SPECK)
    shape = (batch, width, MAX_RUNS)
    return Runs(
        ops.reshape(ops.cast(top, "float32") + offset, shape),
        ops.reshape(ops.cast(bottom, "float32") + offset, shape),
        ops.reshape(valid, shape),
        ops.reshape(count, shape[:2]),
    )


