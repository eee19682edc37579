"""digitise: an image of a printed page, scanned, turned or resized, into twelve leads in mV.

A clean original goes through the exact tracer. Any other image is searched for a page of the known
layout, which is rectified first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from ecgzoo.errors import PageError
from ecgzoo.pages.decode import TracedPage, read_page, trace_pixels
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.pages.registration.page_image import read_darkness
from ecgzoo.pages.registration.rectification import RectifiedPage, rectify

OTHERWISE_PLACED = {
    PageQuality.NOT_AN_IMAGE,  # for the exact tracer: it may be TIFF or WebP
    PageQuality.TOO_LARGE,
    PageQuality.WRONG_SIZE,
    PageQuality.ROTATED,
    PageQuality.BLANK,
    PageQuality.CUT,
    PageQuality.OTHER_LAYOUT,
    PageQuality.UNTRACEABLE,
}
"""Verdicts on a page as it lies that may be due to how it lies."""

UNLIKE = {
    PageQuality.NOT_AN_IMAGE,
    PageQuality.TOO_LARGE,
    PageQuality.WRONG_SIZE,
    PageQuality.ROTATED,
}
"""Those of them that say nothing of an image of any size and kind."""


@dataclass(frozen=True, eq=False)
class DigitisedPage:
    """The signals of a page, and where in its image it was found.

    Attributes:
        traced: its leads in mV and its rhythm strip.
        rectified: the page as it was found; None of a clean original, which is traced as it is.
    """

    traced: TracedPage
    rectified: RectifiedPage | None = None

    def __str__(self) -> str:
        """How it was read, for a reader."""
        if self.rectified is None:
            return "a clean original, traced as it is"
        pose, turns = self.rectified.pose, self.rectified.quarter_turns
        turned = round((pose.degrees - 90 * turns + 180) % 360 - 180, 1) + 0.0
        return f"found at {pose.dots_per_inch:.0f} dpi, turned by {turned:.1f} degrees"


def digitise(source: str | os.PathLike[str] | bytes) -> DigitisedPage:
    """Reads the leads of a printed page off any image of it that is flat: a scan, not a photograph.

    Args:
        source: path of an image file (JPEG, PNG, TIFF, BMP, WebP), or its contents.

    Returns:
        The leads, and how the page lay.

    Raises:
        PageError: if no page of the layout is found, or it cannot be traced; says what was expected
            and what to do.
        OSError: if the file cannot be read.

    Example:
        >>> import numpy as np
        >>> from ecgzoo.pages.layout import PAGE_SPEC
        >>> from ecgzoo.pages.render import page_bytes, render_page
        >>> page = render_page(np.full(PAGE_SPEC.shape, 0.5))
        >>> found = digitise(page_bytes(np.pad(page, ((9, 0), (5, 0), (0, 0)), mode="edge")))
        >>> print(found, float(found.traced.signal.mean().round(2)))
        found at 200 dpi, turned by 0.0 degrees 0.5
    """
    name = "page" if isinstance(source, bytes) else os.fspath(source)
    try:
        return DigitisedPage(trace_pixels(read_page(source), name))
    except PageError as error:
        if error.quality not in OTHERWISE_PLACED:
            raise
        verdict = error
    rectified = rectify(read_darkness(source, name))
    if rectified is None:
        raise page_error(PageQuality.OTHER_LAYOUT, name) if verdict.quality in UNLIKE else verdict
    return DigitisedPage(trace_pixels(rectified.page, name, tolerance=1), rectified)
