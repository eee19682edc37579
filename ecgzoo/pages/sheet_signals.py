"""The signals of a sheet: in millivolts, as printed or side by side, with their expected error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.lead_consistency import (
    contradictions,
    errors_by_law,
    is_inverted,
    names_exchanged,
    strip_off,
)
from ecgzoo.pages.arrangement.limb_check import LIMB, limb_error, misread_lead
from ecgzoo.pages.decode import TracedPage
from ecgzoo.pages.row_reading import expected_rms
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM, TWELVE
from ecgzoo.pages.stroke import fill_gaps
from ecgzoo.signal_spec import SignalSpec

LEAST_RATIO = 10.0  # dB of signal to expected error: below it, sheets of our own were misread


class Piece(NamedTuple):
    """One lead as it is printed once.

    Attributes:
        lead: its name.
        first: the sample of the sheet's time at which it begins.
        millivolts: float ``[samples]``; NaN where it was not seen.
        error: the RMS error to be expected where it was seen, in mV.
        strip: whether its row holds it alone, below rows that hold more.
    """

    lead: str
    first: int
    millivolts: np.ndarray
    error: float
    strip: bool


def pieces_of(read: SheetRead) -> list[Piece]:
    """The leads of a sheet, row by row; aVR is turned over if it is printed upside down."""
    sheet = read.arrangement.sheet
    columns = max(map(len, sheet.rows))
    start = round(sheet.left * COLUMNS_PER_MM)
    step = PIXELS_PER_MM * sheet.gain
    found = []
    for names, row in zip(sheet.rows, read.rows, strict=True):
        ends = [round(x * COLUMNS_PER_MM) for x in sheet.row_boundaries(names)]
        zero = np.nanmedian(row.y[ends[0] : ends[-1]])
        for lead, first, last in zip(names, ends, ends[1:], strict=False):
            y = row.y[first:last]
            error = expected_rms(row.spread[first:last][np.isfinite(y)]) / step
            strip = len(names) < columns
            found.append(Piece(lead, first - start, (zero - y) / step, error, strip))
    if not is_inverted(_placed(found), rate_of(read)):
        return found
    return [one._replace(millivolts=-one.millivolts) if one.lead == "aVR" else one for one in found]


def checked_pieces(read: SheetRead) -> list[Piece]:
    """The leads of a sheet, if they are seen well enough and can be of one heart.

    A strip that is another trace than its lead is left out, and so is one limb lead if it alone
    breaks the laws and would spoil the sheet. What laws and strips tell of a lead's error counts as
    well as what the network does.

    Raises:
        SheetError: if the expected error is as large as the leads are, or names are exchanged.
    """
    rate = rate_of(read)
    pieces, unlike = _without_unlike_strips(pieces_of(read), rate)
    placed = _placed(pieces)
    broken, misread = contradictions(placed, rate), misread_lead(placed, rate)
    marked = _marked(pieces, errors_by_law(broken) if misread is None else dict([misread]))
    if not names_exchanged(placed, rate):
        for lead in (None, misread and misread.lead):
            kept = [one for one in marked if one.lead != lead]
            if _are_clear(kept):
                return _marked(_marked(kept, _as_checked(pieces, placed, rate, lead)), unlike)
    if broken:
        law = next(iter(broken))
        raise SheetError(f"leads that cannot be of one heart as they are named: {law}")
    raise SheetError("traces that are not clear enough")


def _as_checked(
    pieces: list[Piece], placed: np.ndarray, rate: float, left_out: str | None
) -> dict[str, float]:
    """The error of each lead, in mV, if what is expected is as wrong of it as of the limb leads.

    Without a limb lead that is left out, the others are checked by what they say of one another;
    what is left out counts for the leads that nothing checks.
    """
    others = [one for one in pieces if one.lead in LIMB and one.lead != left_out]
    return _as_limb_leads(pieces, limb_error(placed, rate)) | _as_limb_leads(
        others, limb_error(_placed(others), rate) if others else 0.0
    )


def _as_limb_leads(pieces: list[Piece], measured: float) -> dict[str, float]:
    """The same by the RMS error of limb leads that was measured, in mV; 0 if nothing was."""
    if not measured:
        return {}
    expected = np.sqrt(np.mean([one.error**2 for one in pieces if one.lead in LIMB]))
    doubt = max(measured / float(expected), 1.0)
    return {one.lead: max(doubt * one.error, measured) for one in pieces}


def _marked(pieces: list[Piece], off: dict[str, float]) -> list[Piece]:
    """The pieces, of which some leads are known to be off by so many mV."""
    return [one._replace(error=max(one.error, off.get(one.lead, 0.0))) for one in pieces]


def _are_clear(pieces: list[Piece]) -> bool:
    """Whether all were seen, with an expected error that is small beside them."""
    if not all(np.isfinite(one.error) for one in pieces):
        return False
    power = sum(float(np.nanvar(one.millivolts)) for one in pieces)
    noise = sum(expected_error(one) ** 2 for one in pieces)
    return 10 * np.log10(power / max(noise, 1e-12)) > LEAST_RATIO


def _without_unlike_strips(
    pieces: list[Piece], rate: float
) -> tuple[list[Piece], dict[str, float]]:
    """The pieces, and how far leads are off all of their strips, which are left out."""
    own = {one.lead: one for one in pieces if not one.strip}
    away: dict[str, float] = {}
    kept = [one for one in pieces if not one.strip]
    for strip in (one for one in pieces if one.strip):
        lead = own[strip.lead]
        start = lead.first - strip.first
        beside = strip.millivolts[start : start + len(lead.millivolts)]
        off = strip_off(beside, lead.millivolts, rate)
        if not off:
            kept.append(_at_height(strip, lead.millivolts - beside))
        away[strip.lead] = min(off, away.get(strip.lead, np.inf))
    return kept, away


def _at_height(strip: Piece, above: np.ndarray) -> Piece:
    """A strip, moved by as much as its lead lies above it: the zero of a row is not printed."""
    if not np.isfinite(above).any():
        return strip
    return strip._replace(millivolts=strip.millivolts + np.nanmedian(above))


def rate_of(read: SheetRead) -> float:
    """Samples per second of what is read off a sheet."""
    return COLUMNS_PER_MM * read.arrangement.sheet.speed


def sheet_leads(pieces: list[Piece]) -> tuple[str, ...]:
    """The leads that a sheet shows, in clinical order."""
    return tuple(lead for lead in TWELVE if any(one.lead == lead for one in pieces))


def as_printed(pieces: list[Piece]) -> np.ndarray:
    """The leads at the times at which they are printed: float32 ``[samples, leads]``.

    NaN where nothing of a lead was printed or seen. A strip shows its lead beyond its own place.
    """
    placed = _placed(pieces)
    kept = [TWELVE.index(lead) for lead in sheet_leads(pieces)]
    return placed[:, kept].astype(np.float32)


def _placed(pieces: list[Piece]) -> np.ndarray:
    placed = np.full((max(one.first + len(one.millivolts) for one in pieces), len(TWELVE)), np.nan)
    for one in sorted(pieces, key=lambda one: not one.strip):  # the strips first
        there = placed[one.first : one.first + len(one.millivolts), TWELVE.index(one.lead)]
        there[:] = np.where(np.isnan(one.millivolts), there, one.millivolts)
    return placed


def side_by_side(pieces: list[Piece], rate: float) -> TracedPage:
    """The leads from the first sample of each, gaps filled with straight lines.

    Args:
        pieces: of a sheet.
        rate: in Hz.
    """
    leads = sheet_leads(pieces)
    own = [
        min((one for one in pieces if one.lead == lead), key=lambda one: one.strip)
        for lead in leads
    ]
    samples = min(len(one.millivolts) for one in own)
    signal = _filled(np.stack([one.millivolts[:samples] for one in own])).T
    unseen = np.array([np.isnan(one.millivolts[:samples]).sum() for one in own], np.int32)
    strip = next((one for one in pieces if one.strip), None)
    simultaneous = len({one.first for one in own}) == 1
    return TracedPage(
        signal=signal,
        rhythm=_filled(strip.millivolts) if strip else np.zeros(0, np.float32),
        rhythm_lead=strip.lead if strip else "",
        unseen=unseen,
        spec=SignalSpec(leads, rate, samples, simultaneous=simultaneous),
        error=np.array([expected_error(one) for one in own], np.float32),
    )


def expected_error(piece: Piece) -> float:
    """The RMS error to be expected of a lead, in mV; what was not seen is taken for flat."""
    if not np.isfinite(piece.error):
        return np.inf
    unseen = np.isnan(piece.millivolts).mean() * np.nanstd(piece.millivolts)
    return float(piece.error + unseen)


def _filled(values: np.ndarray) -> np.ndarray:
    """Samples ``[..., samples]`` with straight lines where they are NaN, zeros where all are."""
    filled = fill_gaps(np.nan_to_num(values).astype(np.float32), np.isfinite(values))
    return np.asarray(filled)
