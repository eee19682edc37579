"""Strips below the rows of a sheet: each repeats a lead, whose trace it must be."""

from __future__ import annotations

import numpy as np

from ecgzoo.pages.arrangement.lead_consistency import contradictions, strip_off
from ecgzoo.pages.arrangement.limb_check import limb_error
from ecgzoo.pages.lead_pieces import Piece, placed

CERTAIN = "II"  # the laws tell it, even where I and III have each other's name

NEARER = 0.5  # of how far a strip is from its name's lead: so near it is to another's trace


def without_unlike_strips(pieces: list[Piece], rate: float) -> tuple[list[Piece], dict[str, float]]:
    """The pieces without strips that are unlike their leads.

    A strip whose name was not read clearly is the lead whose trace it is.

    Args:
        pieces: of a sheet.
        rate: in Hz.

    Returns:
        The pieces, and how far, in mV, leads are off all of their strips.
    """
    own = {one.lead: one for one in pieces if not one.strip}
    away: dict[str, float] = {}
    kept = list(own.values())
    for strip in (one for one in pieces if one.strip):
        strip = _as_traced(strip, own, rate)
        lead = own[strip.lead]
        off = _off(strip, lead, rate)
        if not off:
            kept.append(_at_height(strip, lead))
        away[strip.lead] = min(off, away.get(strip.lead, np.inf))
    return kept, away


def _as_traced(strip: Piece, own: dict[str, Piece], rate: float) -> Piece:
    """The strip, under the name that it may bear whose trace it is, if unlike its own."""
    certain = (CERTAIN,) if _laws_hold(own, rate) else ()
    may = [lead for lead in (*strip.also, *certain) if lead in own]
    nearest = min(may, key=lambda lead: _apart(strip, own[lead]), default=strip.lead)
    if _apart(strip, own[nearest]) > NEARER * _apart(strip, own[strip.lead]):
        return strip
    return strip if _off(strip, own[nearest], rate) else strip._replace(lead=nearest)


def _laws_hold(own: dict[str, Piece], rate: float) -> bool:
    """Whether limb leads are printed together, and obey the laws."""
    leads = placed(list(own.values()))
    return limb_error(leads, rate) > 0 and not contradictions(leads, rate)


def _off(strip: Piece, lead: Piece, rate: float) -> float:
    return strip_off(_beside(strip, lead), lead.millivolts, rate)


def _apart(strip: Piece, lead: Piece) -> float:
    """By how many mV a strip and a lead differ, beside their heights; infinite if seldom seen."""
    difference = _beside(strip, lead) - lead.millivolts
    seen = difference[np.isfinite(difference)]
    return float(seen.std()) if seen.size > lead.millivolts.size / 2 else np.inf


def _beside(strip: Piece, lead: Piece) -> np.ndarray:
    """What a strip shows while a lead is printed."""
    start = lead.first - strip.first
    return strip.millivolts[start : start + len(lead.millivolts)]


def _at_height(strip: Piece, lead: Piece) -> Piece:
    """A strip, moved by as much as its lead lies above it: the zero of a row is not printed."""
    above = lead.millivolts - _beside(strip, lead)
    if not np.isfinite(above).any():
        return strip
    return strip._replace(millivolts=strip.millivolts + np.nanmedian(above))
