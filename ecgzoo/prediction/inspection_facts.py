"""What a reader is told of an inspected record: pairs of words, and a row for each lead."""

from __future__ import annotations

from ecgzoo.artifact.windows_over_time import clock
from tf_data.inspection.inspection import Inspection
from tf_data.inspection.lead_facts import LeadFacts

LEAD_HEADS = "lead", "low", "high", "span", "step", "gaps", "flat", "clipped", "50 Hz", "60 Hz"


def facts_of(found: Inspection) -> list[tuple[str, str]]:
    """What is said of the record as a whole."""
    facts = [
        ("format", found.format),
        ("leads", ", ".join(lead.name for lead in found.leads)),
        ("rate", f"{found.sampling_rate:g} Hz"),
        ("length", f"{found.samples:,} samples, {clock(found.seconds)}"),
        ("unit", found.unit),
    ]
    for law in found.laws:
        said = "holds" if law.kept else "does not hold"
        rest = f"{law.residual * 1000:.3g} uV remain, {law.relative:.1%} of the largest lead"
        facts.append((law.law, f"{said}: {rest}"))
    if found.spikes is not None:
        facts.append(("narrow spikes", f"{found.spikes:,}"))
    return facts


def lead_caption(found: Inspection) -> str:
    """What the figures of :func:`lead_row` are in."""
    return f"in {found.unit}, the span within two seconds; flat and clipped in seconds"


def lead_row(lead: LeadFacts) -> list[str]:
    """A lead's name, its range, and what is odd in it, below ``LEAD_HEADS``."""
    sizes = lead.lowest, lead.highest, lead.span, lead.step
    seconds = (f"{one:.2g}" for one in (lead.flat_seconds, lead.clipped_seconds))
    hum = ("-" if one is None else f"{one:.2f}" for one in lead.hum.values())
    return [lead.name, *map(_number, sizes), f"{lead.gaps:,}", *seconds, *hum]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
