"""Whether a page is one that can be traced, and if not, why.

The layout is judged by what every page prints, the traces by how completely each was followed on
ink of its own; :mod:`ecgzoo.pages.lead_laws` judges what was traced. Limits were set between what
all 491 real pages show (beside them) and what spoilt ones do.
"""

from typing import Any

from keras import ops

from ecgzoo.pages.ink import Runs, hidden_columns
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.page_frame import is_interrupted
from ecgzoo.pages.page_marks import find_marks
from ecgzoo.pages.printed_names import bears_another_name
from ecgzoo.pages.printed_scale import says_another_scale
from ecgzoo.pages.quality import PageQuality
from ecgzoo.pages.stroke import running_mean, widest_jump

MIN_INK = 0.25  # of the columns hold ink; real pages: all but a few
MAX_WHITE = 60  # columns without any ink side by side; 3
MIN_SEEN = 0.93  # of a lead's columns show its trace; 0.943
MAX_SHARED = 0.08  # of a lead's columns share their ink with another; 0.051
MAX_GAP = 24  # columns side by side without ink of the lead's own; 15
MAX_BRIDGED = 6  # columns (30 ms) side by side not seen, nor hidden by print; 3
MAX_JUMP = 30.0  # rows of white between a column of a trace and the next that was seen; 19
MAX_RUNS_MEAN = 6.0  # runs of ink per column; 4.2

Tensor = Any


def check_page(
    pages: Tensor,
    runs: Runs,
    traces: tuple[Tensor, Tensor, Tensor],
    layout: PageLayout,
    tolerance: int = 0,
) -> Tensor:
    """The quality of each page.

    Args:
        pages: gray pages ``[batch, height, width]``.
        runs: the runs of ink found on them.
        traces: the runs that each trace took, as of :func:`~ecgzoo.pages.ink.choose_runs`.
        layout: the page's geometry.
        tolerance: pixels by which the edges of print may lie elsewhere, as on rectified pages.

    Returns:
        int32 ``[batch]``, each a :class:`PageQuality`.
    """
    present, turned, erased = find_marks(pages, layout, tolerance)
    complete = ops.all(present, axis=1)
    partial = ops.logical_and(ops.any(present, axis=1), ops.any(erased, axis=1))
    inked = ops.cast(runs.count > 0, "float32")
    verdicts = (
        (ops.mean(inked, axis=1) < MIN_INK, PageQuality.BLANK),
        (ops.all(turned, axis=1), PageQuality.ROTATED),
        (ops.logical_and(partial, ~complete), PageQuality.CUT),
        (~complete, PageQuality.OTHER_LAYOUT),
        (bears_another_name(pages, layout), PageQuality.OTHER_LAYOUT),
        (_longest_gap_over(inked, MAX_WHITE), PageQuality.CUT),
        *([(is_interrupted(pages, layout), PageQuality.DISPLACED)] if not tolerance else []),
        (says_another_scale(pages, layout), PageQuality.OTHER_SCALE),
        (~_is_traced(runs, traces), PageQuality.UNTRACEABLE),
        (_is_broken(traces, layout), PageQuality.UNTRACEABLE),
    )
    quality = ops.zeros_like(present[:, 0], dtype="int32")
    for refused, code in reversed(verdicts):
        quality = ops.where(refused, int(code), quality)
    return quality


def _is_traced(runs: Runs, traces: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    top, _, seen = traces
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


def _is_broken(traces: tuple[Tensor, Tensor, Tensor], layout: PageLayout) -> Tensor:
    """Whether a trace has a gap too long for a straight line, or leaps to ink of another."""
    seen = traces[2]
    known = ops.logical_or(seen, hidden_columns(layout))
    gap = _longest_gap_over(ops.cast(known, "float32"), MAX_BRIDGED)
    return ops.any(ops.logical_or(gap, widest_jump(*traces) > MAX_JUMP), axis=(1, 2))


def _longest_gap_over(ones: Tensor, limit: int) -> Tensor:
    """Whether more than ``limit`` zeros stand side by side in the last axis."""
    reach = limit // 2
    inside = running_mean(ones, reach)[..., reach : ones.shape[-1] - reach]
    return ops.min(inside, axis=-1) < 0.5 / (2 * reach + 1)
