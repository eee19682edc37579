"""Whether a page is one that can be traced, and if not, why."""

from __future__ import annotations

from typing import Any

from keras import ops

from ecgzoo.pages.ink import Runs
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.quality import PageQuality

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
    share = ops.mean(ops.cast(seen, "float32"), axis=(1, 2, 3))
    blank = ops.all(runs.count == 0, axis=1)
    return ops.where(blank, int(PageQuality.BLANK), ops.where(share < 0.5, 9, 0))
