"""The frame around the grid: lines down the whole page that show where an image is displaced.

TensorFlow's decoder does not pass on that a JPEG's data are corrupt. One wrong byte moves all that
follows by whole blocks, and so the frame: it is there above the byte and not below.
"""

from typing import Any

from keras import ops

from ecgzoo.pages.layout import PageLayout

SEGMENT = 40  # rows judged together
MIN_CONTRAST = 15.0  # gray levels that the frame is darker than the paper; real pages: 55 and more
MIN_PAPER = 60.0  # darker surroundings are a stain, and say nothing of the frame
ALL_BROKEN = 0.9  # of the rows: this page has no frame, as one of black and white alone
PEN = 3
OUTSIDE = 3, 8  # columns of paper beside the frame

Tensor = Any


def is_interrupted(pages: Tensor, layout: PageLayout) -> Tensor:
    """Whether the left or right line of the frame stands on one part of the page only.

    Args:
        pages: gray pages ``[batch, height, width]``, 0 to 255.
        layout: the page's geometry.

    Returns:
        bool ``[batch]``; false for a page without that line, which is no fault.

    Example:
        >>> import numpy as np
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
        >>> from ecgzoo.pages.render import render_page
        >>> page = render_page(np.zeros(PAGE_SPEC.shape)).mean(axis=-1)
        >>> displaced = page.copy()
        >>> displaced[1300:] = np.roll(page[1300:], 16, axis=1)
        >>> is_interrupted(np.stack([page, displaced]), PAGE_LAYOUT).numpy().tolist()
        [False, True]
    """
    _, _, left, right = layout.grid
    near, far = OUTSIDE
    left_broken = _broken_rows(
        pages, slice(left, left + PEN), slice(left - far, left - near), layout
    )
    right_broken = _broken_rows(
        pages, slice(right - PEN, right), slice(right + near, right + far), layout
    )
    return ops.logical_or(_partly(left_broken), _partly(right_broken))


def _broken_rows(pages: Tensor, line: slice, paper: slice, layout: PageLayout) -> Tensor:
    """1 where a line is no darker than the paper beside it, float32 ``[batch, parts, rows]``."""
    top, bottom, _, _ = layout.grid
    parts = (bottom - top) // SEGMENT
    rows = slice(top, top + parts * SEGMENT)
    on, beside = (
        ops.mean(ops.cast(pages[:, rows, columns], "float32"), axis=-1) for columns in (line, paper)
    )
    broken = ops.logical_and(beside - on < MIN_CONTRAST, beside > MIN_PAPER)
    return ops.reshape(ops.cast(broken, "float32"), (-1, parts, SEGMENT))


def _partly(broken: Tensor) -> Tensor:
    some = ops.any(ops.mean(broken, axis=-1) > 0.5, axis=-1)
    return ops.logical_and(some, ops.mean(broken, axis=(1, 2)) < ALL_BROKEN)
