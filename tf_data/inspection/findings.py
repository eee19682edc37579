"""Findings: what is odd about a record, a sentence each, and what to do about it."""

from collections.abc import Iterator, Sequence

from tf_data.inspection.laws import Law
from tf_data.inspection.lead_facts import LeadFacts
from tf_data.plausibility import LARGEST_SPAN, LEAST_SPAN, SMOOTHEST

FLAT_SHARE = 0.02  # of the record: a second of standstill is told, a paused start of an hour not
CLIPPED = 0.02  # seconds
PACED = (2, 6)  # spikes, and spikes a minute: single ones are knocks on the cable
HUM = 0.02  # mV: a line on paper is a fifth of a millimetre thick, 0.02 mV


def findings(
    leads: Sequence[LeadFacts],
    laws: Sequence[Law],
    spikes: int | None,
    seconds: float,
    voltage: bool = True,
) -> Iterator[str]:
    """What is odd, the gravest first.

    Args:
        leads: what stands in each.
        laws: how far the limb leads keep them.
        spikes: how many narrow spikes there are; None where nobody can tell.
        seconds: how long the record is.
        voltage: whether sizes are millivolts, so that they may be implausible, and hum loud.

    Example:
        >>> lead = LeadFacts("II", -0.1, 0.9, 0.9, None, 0, 0.0, 0.5, {"50": 0.08, "60": 0.0})
        >>> for one in findings([lead], [], 12, seconds=10):
        ...     print(one)
        Lead II is clipped: it stands at its limit for 0.5 s.
        Hum of 50 Hz in II, 0.08 mV at most: mains reach the cable; a notch filter takes it out.
        12 narrow spikes, as a pacemaker's: a model that saw none in training may mistake them.
    """
    if voltage:
        yield from _sizes(leads)
        yield from _noise(leads)
    yield from _gaps(leads)
    yield from _flat(leads, seconds)
    for lead in leads:
        if lead.clipped_seconds >= CLIPPED:
            yield (
                f"Lead {lead.name} is clipped: it stands at its limit for "
                f"{lead.clipped_seconds:.2g} s."
            )
    for law in laws:
        if not law.kept:
            yield (
                f"{law.law} does not hold: {law.residual:.2g} mV remain, {law.relative:.0%} of the "
                "largest lead. A lead is disturbed, swapped, scaled, or of another time, as on a "
                "printed page."
            )
    if voltage:
        yield from _hum(leads)
    if spikes and spikes >= PACED[0] and spikes * 60 >= PACED[1] * seconds:
        yield (
            f"{spikes:,} narrow spikes, as a pacemaker's: a model that saw none in training may "
            "mistake them."
        )


def _sizes(leads: Sequence[LeadFacts]) -> Iterator[str]:
    known = [lead for lead in leads if lead.span]
    large = [lead for lead in known if (lead.span or 0) > LARGEST_SPAN]
    if large:
        yield (
            f"{_named(large)} over more than {LARGEST_SPAN:g} mV within two seconds: microvolts, "
            "or raw converter units? Say the unit (--unit), or divide by the gain."
        )
    if known and all((lead.span or 0) < LEAST_SPAN for lead in known):
        yield (
            f"No lead goes over {LEAST_SPAN:g} mV within two seconds: volts (--unit V), or "
            "electrodes that are off?"
        )


def _noise(leads: Sequence[LeadFacts]) -> Iterator[str]:
    known = [lead.smoothness for lead in leads if lead.smoothness is not None and lead.span]
    if known and max(known) < SMOOTHEST:
        yield "No lead is smoother than noise: electrodes that are off, or a file misread?"


def _gaps(leads: Sequence[LeadFacts]) -> Iterator[str]:
    gaps = [lead for lead in leads if lead.gaps]
    if gaps:
        most = max(lead.gaps for lead in gaps)
        yield (
            f"Samples are missing (NaN) in {_list(gaps)}, {most:,} at most. A short record is "
            "refused for them; of a long one the windows around them are left out."
        )


def _flat(leads: Sequence[LeadFacts], seconds: float) -> Iterator[str]:
    throughout = [
        lead
        for lead in leads
        if lead.flat_seconds > 0.99 * seconds
        or (lead.highest is not None and lead.lowest == lead.highest)
    ]
    if len(throughout) == 1:
        name = throughout[0].name
        yield f"Lead {name} is flat throughout: not recorded, or its electrode is off."
    elif throughout:
        yield (
            f"Leads {_list(throughout)} are flat throughout: not recorded, or their electrodes are "
            "off."
        )
    for lead in leads:
        share = lead.flat_seconds / seconds
        if lead not in throughout and share > FLAT_SHARE:
            yield f"Lead {lead.name} is flat for {lead.flat_seconds:.1f} s, {share:.0%} of it."


def _hum(leads: Sequence[LeadFacts]) -> Iterator[str]:
    for mains in ("50", "60"):
        loud = [lead for lead in leads if (lead.hum[mains] or 0) >= HUM]
        if loud:
            most = max(lead.hum[mains] or 0 for lead in loud)
            yield (
                f"Hum of {mains} Hz in {_list(loud)}, {most:.2g} mV at most: mains reach the "
                "cable; a notch filter takes it out."
            )


def _list(leads: Sequence[LeadFacts], most: int = 6) -> str:
    names = [lead.name for lead in leads]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _named(leads: Sequence[LeadFacts]) -> str:
    return f"Lead {leads[0].name} goes" if len(leads) == 1 else f"Leads {_list(leads)} go"
