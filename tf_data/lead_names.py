"""One vocabulary of leads: what they are called elsewhere, and which follow from others.

Case and blanks do not matter. A name that is certain in no standard and no published data set, such
as ``ECG1``, stands for no lead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.limb_leads import DERIVED
from tf_data.notes import listed

LIMB = ("I", "II", "III", "aVR", "aVL", "aVF")
CHEST = tuple(f"V{place}" for place in range(1, 10)) + ("V3R", "V4R", "V5R", "V6R")
LEADS = (*LIMB, *CHEST)

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "I": ("DI", "D1", "MLI", "Lead I (Einthoven)"),
    "II": ("DII", "D2", "MLII", "Lead II (Einthoven)"),
    "III": ("DIII", "D3", "MLIII", "Lead III (Einthoven)"),
    "aVR": ("aVR, augmented voltage, right",),
    "aVL": ("aVL, augmented voltage, left",),
    "aVF": ("aVF, augmented voltage, foot",),
}
"""Other names of a lead: of standards, of other languages, and of PhysioNet's Holters."""

BEFORE = (
    *("MDC_ECG_LEAD_", "ECG Lead ", "EKG Lead ", "ECG ", "EKG ", "Lead "),
    *("Ableitung ", "Derivation ", "Dérivation ", "Derivación ", "Derivazione ", "Derivação "),
)
"""What may stand before a lead's name: of HL7 and DICOM, of EDF, and in other languages."""


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


_KNOWN = {_plain(lead): lead for lead in LEADS} | {
    _plain(other): lead for lead, others in SYNONYMS.items() for other in others
}
_BEFORE = tuple(sorted(map(_plain, BEFORE), key=len, reverse=True))


def lead_of(name: str) -> tuple[str, int] | None:
    """The lead that a name stands for, and its sign; None for a name that stands for none.

    Example:
        >>> [lead_of(name) for name in ("MLII", "Lead I (Einthoven)", "MDC_ECG_LEAD_AVR")]
        [('II', 1), ('I', 1), ('aVR', 1)]
        >>> lead_of("-aVR"), lead_of("ECG1"), lead_of("RESP")
        (('aVR', -1), None, None)
    """
    plain, sign = _plain(name), 1
    if plain[:1] in ("-", "\N{MINUS SIGN}"):
        plain, sign = plain[1:], -1
    for before in ("", *_BEFORE):
        if plain.startswith(before) and (lead := _KNOWN.get(plain.removeprefix(before))):
            return lead, sign
    return None


def check_names(leads: Sequence[str]) -> None:
    """Checks for names of leads, at least one.

    Raises:
        SignalError: if there is none, or one is no text.
    """
    odd = [name for name in leads if not isinstance(name, str)]
    if odd or not len(leads) or isinstance(leads, str):
        got = repr(odd[0]) if odd else repr(leads)
        raise SignalError(f"expected a list of the names of leads, such as ['I', 'II']; got {got}")


@dataclass(frozen=True)
class Source:
    """What a lead is made of.

    Attributes:
        shares: of columns, by their place.
        note: what was assumed; empty where the column bears the name that was asked for.
        called: what the column is called that is only named otherwise; else empty.
    """

    shares: Mapping[int, float]
    note: str = ""
    called: str = ""


def source_of(wanted: str, names: Sequence[str], where: str) -> Source | None:
    """Where a lead stands, under its own name or another, or how it follows from I and II.

    Args:
        wanted: its name.
        names: of the columns that there are.
        where: what has them, for messages.

    Returns:
        None where the lead is not there.

    Raises:
        SignalError: if two columns bear its name.

    Example:
        >>> found = source_of("aVF", ["DI", "II"], "a.hea")
        >>> found.shares, found.note
        ({0: -0.5, 1: 1.0}, 'aVF is computed from I and II')
    """
    there = _column(wanted, names, where)
    if there is not None:
        return there
    lead = lead_of(wanted)
    if lead is None or lead[0] not in DERIVED:
        return None
    both = [_column(name, names, where) for name in ("I", "II")]
    shares: dict[int, float] = {}
    for share, one in zip(DERIVED[lead[0]], both, strict=True):
        if one is None:
            return None
        shares |= {column: share * lead[1] * sign for column, sign in one.shares.items()}
    return Source(shares, f"{wanted} is computed from I and II")


def _column(wanted: str, names: Sequence[str], where: str) -> Source | None:
    """The column that bears a lead's name; else the one that bears another name of it."""
    plain = _plain(wanted)
    same = [column for column, name in enumerate(names) if _plain(name) == plain]
    if _one(same, wanted, names, where):
        return Source({same[0]: 1.0})
    lead = lead_of(wanted)
    if lead is None:
        return None
    others = [(column, lead_of(name)) for column, name in enumerate(names)]
    found = [(column, one[1]) for column, one in others if one and one[0] == lead[0]]
    if not _one([column for column, _ in found], wanted, names, where):
        return None
    column, sign = found[0][0], found[0][1] * lead[1]
    if sign < 0:
        said = f"lead {names[column]} is taken as {wanted}, with its sign turned"
        return Source({column: -1.0}, said)
    return Source({column: 1.0}, f"lead {names[column]} is taken as {wanted}", names[column])


def _one(columns: Sequence[int], wanted: str, names: Sequence[str], where: str) -> bool:
    if len(columns) > 1:
        raise SignalError(
            f"expected lead {wanted} once in {where}; {len(columns)} of its leads are that: "
            f"{', '.join(names[column] for column in columns)}. Name them apart, or take one out."
        )
    return bool(columns)


def picked(
    signal: np.ndarray, names: Sequence[str], wanted: Sequence[str], where: str
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The leads wanted of a signal, in this order.

    Args:
        signal: ``[samples, leads]``.
        names: of its leads.
        wanted: names, of the same leads or of those that follow from them.
        where: what the signal is of, for messages.

    Returns:
        ``[samples, wanted]``, and what was assumed, in a sentence each.

    Raises:
        SignalError: if a lead is missing or stands there twice; names it.

    Example:
        >>> limbs = np.array([[0.1, 0.5]])
        >>> found, notes = picked(limbs, ["I", "MLII"], ["II", "III"], "a.hea")
        >>> found.tolist(), notes
        ([[0.5, 0.4]], ('lead MLII is taken as II', 'III is computed from I and II'))
    """
    found = [source_of(lead, names, where) for lead in wanted]
    missing = [lead for lead, source in zip(wanted, found, strict=True) if source is None]
    if missing:
        raise SignalError(
            f"expected the leads {', '.join(wanted)} in {where}; {', '.join(missing)} missing, "
            f"it has {listed(names, 20)}. Rename its leads or use a model of these leads."
        )
    sources = [source for source in found if source is not None]
    columns = [
        sum(share * signal[:, column] for column, share in source.shares.items())
        if source.note
        else signal[:, next(iter(source.shares))]
        for source in sources
    ]
    return np.stack(columns, axis=1), _notes(sources, wanted)


def _notes(sources: Sequence[Source], wanted: Sequence[str]) -> tuple[str, ...]:
    """What was assumed; leads that are only named otherwise are one sentence."""
    pairs = zip(sources, wanted, strict=True)
    renamed = {source.called: lead for source, lead in pairs if source.called}
    if len(renamed) < 2:
        return tuple(dict.fromkeys(source.note for source in sources if source.note))
    said = f"the leads {', '.join(renamed)} are taken as {', '.join(renamed.values())}"
    others = (source.note for source in sources if source.note and not source.called)
    return said, *dict.fromkeys(others)
