"""The signals of a sheet: in millivolts, as printed or side by side, with their expected error."""

from __future__ import annotations

import numpy as np

from ecgzoo.errors import SheetError
from ecgzoo.pages.arrangement.lead_consistency import (
    contradictions,
    errors_by_law,
    names_exchanged,
)
from ecgzoo.pages.arrangement.limb_check import LIMB, limb_error, misread_lead
from ecgzoo.pages.decode import TracedPage
from ecgzoo.pages.lead_pieces import Piece, pieces_of, placed, rate_of, sharpened
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheets.sheet import TWELVE
from ecgzoo.pages.strips import without_unlike_strips
from ecgzoo.pages.stroke import fill_gaps
from ecgzoo.signal_spec import SignalSpec

LEAST_RATIO = 10.0  # dB of signal to expected error: below it, sheets of our own were misread


def checked_pieces(read: SheetRead) -> list[Piece]:
    """The leads of a sheet, if they are seen well enough and can be of one heart.

    A strip that is another trace than its lead is left out, and so is one limb lead if it alone
    breaks the laws and would spoil the sheet. What laws and strips tell of a lead's error counts as
    well as what the network does.

    Raises:
        SheetError: if the expected error is as large as the leads are, or names are exchanged.
    """
    rate = rate_of(read)
    pieces, unlike = without_unlike_strips(pieces_of(read), rate)
    leads = placed(pieces)
    broken, misread = contradictions(leads, rate), misread_lead(leads, rate)
    marked = _marked(pieces, errors_by_law(broken) if misread is None else dict([misread]))
    if not names_exchanged(leads, rate):
        for lead in (None, misread and misread.lead):
            kept = [one for one in marked if one.lead != lead]
            if _are_clear(kept):
                told = _marked(_marked(kept, _as_checked(pieces, leads, rate, lead)), unlike)
                return sharpened(told, read)  # not before: checks know traces as they are followed
    if broken:
        law = next(iter(broken))
        raise SheetError(f"leads that cannot be of one heart as they are named: {law}")
    raise SheetError("traces that are not clear enough")


def _as_checked(
    pieces: list[Piece], leads: np.ndarray, rate: float, left_out: str | None
) -> dict[str, float]:
    """The error of each lead, in mV, if what is expected is as wrong of it as of the limb leads.

    Without a limb lead that is left out, the others are checked by what they say of one another;
    what is left out counts for the leads that nothing checks.
    """
    others = [one for one in pieces if one.lead in LIMB and one.lead != left_out]
    return _as_limb_leads(pieces, limb_error(leads, rate)) | _as_limb_leads(
        others, limb_error(placed(others), rate) if others else 0.0
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


def sheet_leads(pieces: list[Piece]) -> tuple[str, ...]:
    """The leads that a sheet shows, in clinical order."""
    return tuple(lead for lead in TWELVE if any(one.lead == lead for one in pieces))


def as_printed(pieces: list[Piece]) -> np.ndarray:
    """The leads at the times at which they are printed: float32 ``[samples, leads]``.

    NaN where nothing of a lead was printed or seen. A strip shows its lead beyond its own place.
    """
    kept = [TWELVE.index(lead) for lead in sheet_leads(pieces)]
    return placed(pieces)[:, kept].astype(np.float32)


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
