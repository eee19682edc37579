"""digitise: an image of a printed page, scanned or photographed, into leads in mV.

A clean original goes through the exact tracer. Any other image is searched for a page of the known
layout, which is rectified first; and what is none is read as a sheet of any layout.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import PageError, SheetError
from ecgzoo.pages.arrangement.printing import UNKNOWN, Printing
from ecgzoo.pages.decode import TracedPage, read_page, trace_pixels
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.pages.lead_pieces import rate_of
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.pages.registration.page_image import darkness_of_ink, read_colours
from ecgzoo.pages.registration.rectification import RectifiedPage, rectify
from ecgzoo.pages.sheet_reading import SheetRead, read_sheet
from ecgzoo.pages.sheet_signals import as_printed, checked_pieces, side_by_side

DOUBTFUL = 0.1
"""Expected error in mV from which on a lead is doubtful."""

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
        traced: its leads in mV, side by side from the first sample of each, and its strip.
        printed: float32 ``[samples, leads]``, the leads when they are printed; NaN elsewhere.
        rectified: the page of the known layout as it was found; None of a clean original, which is
            traced as it is, and of other layouts.
        sheet: what was read of a sheet of another layout; else None.
    """

    traced: TracedPage
    printed: np.ndarray
    rectified: RectifiedPage | None = None
    sheet: SheetRead | None = None

    def __str__(self) -> str:
        """How it was read, for a reader."""
        if self.sheet is not None:
            shown = {lead for row in self.sheet.arrangement.sheet.rows for lead in row}
            misread = shown - set(self.traced.spec.leads)
            return f"{self.sheet}" + "".join(f", without {lead}, misread" for lead in misread)
        if self.rectified is None:
            return "a clean original, traced as it is"
        pose, turns = self.rectified.pose, self.rectified.quarter_turns
        turned = round((pose.degrees - 90 * turns + 180) % 360 - 180, 1) + 0.0
        return f"found at {pose.dots_per_inch:.0f} dpi, turned by {turned:.1f} degrees"


def digitise(source: str | os.PathLike[str] | bytes, printing: Printing = UNKNOWN) -> DigitisedPage:
    """Reads the leads of a printed page off an image of it: a file, a scan or a photograph.

    Args:
        source: path of an image file (JPEG, PNG, TIFF, BMP, WebP, HEIC, PDF), or its contents.
        printing: what is known of the sheet: its layout, gain or speed. It is read as a sheet of
            any layout then.

    Returns:
        The leads, and how the page lay.

    Raises:
        PageError: if no page is found, or it cannot be read; says what was expected and what to do.
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
    if printing != UNKNOWN:
        try:
            return _any_layout(read_colours(source, name), printing)
        except SheetError as unclear:
            raise page_error(PageQuality.UNREADABLE, name, str(unclear)) from unclear
    try:
        return _known(trace_pixels(read_page(source), name))
    except PageError as error:
        if error.quality not in OTHERWISE_PLACED:
            raise
        verdict = error
    image = read_colours(source, name)
    rectified = rectify(darkness_of_ink(image))
    if rectified is not None:
        try:
            return _known(trace_pixels(rectified.page, name, tolerance=1), rectified)
        except PageError as error:
            verdict = error
    try:
        return _any_layout(image)
    except SheetError as unclear:
        if rectified is None and verdict.quality in UNLIKE | {PageQuality.OTHER_LAYOUT}:
            raise page_error(PageQuality.UNREADABLE, name, str(unclear)) from unclear
        raise verdict from unclear


def _known(traced: TracedPage, rectified: RectifiedPage | None = None) -> DigitisedPage:
    """A page of the known layout: each lead when it is printed, the strip's lead throughout."""
    printed = np.full((len(traced.rhythm), len(traced.spec.leads)), np.nan, np.float32)
    printed[:, traced.spec.leads.index(traced.rhythm_lead)] = traced.rhythm
    for place, lead in enumerate(traced.spec.leads):
        start = PAGE_LAYOUT.box(lead)[1] - PAGE_LAYOUT.strip_left
        if lead != traced.rhythm_lead:
            printed[start : start + PAGE_LAYOUT.box_samples, place] = traced.signal[:, place]
    return DigitisedPage(traced, printed, rectified)


def _any_layout(image: np.ndarray, printing: Printing = UNKNOWN) -> DigitisedPage:
    sheet = read_sheet(image, printing)
    pieces = checked_pieces(sheet)
    traced = side_by_side(pieces, rate_of(sheet))
    return DigitisedPage(traced, as_printed(pieces), sheet=sheet)


def doubtful_leads(found: DigitisedPage) -> list[str]:
    """The leads whose expected error is above ``DOUBTFUL``; none where no error is known."""
    traced = found.traced
    errors = [] if traced.error is None else traced.error.tolist()
    pairs = zip(traced.spec.leads, errors, strict=False)
    return [lead for lead, error in pairs if error > DOUBTFUL]


def lead_figures(found: DigitisedPage) -> tuple[list[str], list[list[str]]]:
    """Heads and a row per lead: its range, how much of it was not seen, and its expected error."""
    traced = found.traced
    heads = ["lead", "least, mV", "most, mV", "unseen, ms"]
    rows = []
    for place, lead in enumerate(traced.spec.leads):
        signal = traced.signal[:, place]
        unseen = 1000 * traced.unseen[place] / traced.spec.sampling_rate
        rows.append([lead, f"{signal.min():.2f}", f"{signal.max():.2f}", f"{unseen:.0f}"])
    if traced.error is not None:
        heads.append("error, mV")
        doubtful = doubtful_leads(found)
        for row, error in zip(rows, traced.error.tolist(), strict=True):
            row.append(f"{error:.2f} doubtful" if row[0] in doubtful else f"{error:.2f}")
    return heads, rows
