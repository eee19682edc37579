"""Tables of what records hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from ecgzoo.artifact.windows_over_time import clock
from ecgzoo.client.refusals import printable

if TYPE_CHECKING:
    from tf_data.inspection.inspection import Inspection

NAMED = 3  # leads that a line of a table names


def facts_table(found: Inspection) -> Table:
    """What is said of the record as a whole."""
    table = Table(title=shown(Path(found.file).name), show_header=False, box=SIMPLE_HEAD)
    table.add_row("format", found.format)
    table.add_row("leads", shown(", ".join(lead.name for lead in found.leads)))
    table.add_row("rate", f"{found.sampling_rate:g} Hz")
    table.add_row("length", f"{found.samples:,} samples, {clock(found.seconds)}")
    table.add_row("unit", shown(found.unit))
    for law in found.laws:
        said = "holds" if law.kept else "does not hold"
        rest = f"{law.residual * 1000:.3g} uV remain, {law.relative:.1%} of the largest lead"
        table.add_row(law.law, f"{said}: {rest}")
    if found.spikes is not None:
        table.add_row("narrow spikes", f"{found.spikes:,}")
    return table


def leads_table(found: Inspection) -> Table:
    """A row per lead: its range, and what is odd in it."""
    heads = "lead", "low", "high", "span", "step", "gaps", "flat", "clipped", "50 Hz", "60 Hz"
    caption = f"in {shown(found.unit)}, the span within two seconds; flat and clipped in seconds"
    table = Table(*heads, box=SIMPLE_HEAD, caption=caption)
    for lead in found.leads:
        sizes = lead.lowest, lead.highest, lead.span, lead.step
        seconds = (f"{one:.2g}" for one in (lead.flat_seconds, lead.clipped_seconds))
        hum = ("-" if one is None else f"{one:.2f}" for one in lead.hum.values())
        table.add_row(shown(lead.name), *map(_number, sizes), f"{lead.gaps:,}", *seconds, *hum)
    return table


def records_table(found: Sequence[tuple[Path, Inspection | str]]) -> Table:
    """A row per record: what it is, and its first warning; or why it cannot be read."""
    table = Table("file", "format", "leads", "rate", "length", "odd", box=SIMPLE_HEAD)
    for path, one in found:
        if isinstance(one, str):
            table.add_row(shown(path.name), "", "", "", "", f"[red]{shown(one)}[/red]")
            continue
        names = [lead.name for lead in one.leads]
        told = ", ".join(names) if len(names) <= NAMED else str(len(names))
        more = f" (and {len(one.warnings) - 1} more)" if len(one.warnings) > 1 else ""
        odd = shown(one.warnings[0]) + more if one.warnings else ""
        rate, length = f"{one.sampling_rate:g} Hz", clock(one.seconds)
        table.add_row(shown(path.name), one.format, shown(told), rate, length, odd)
    return table


def shown(name: str) -> str:
    """A name from a file, whose brackets and control characters are no commands here."""
    return escape(printable(name))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
