"""Tables of what records hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Column, Table

from ecgzoo.artifact.windows_over_time import clock
from ecgzoo.client.refusals import printable
from ecgzoo.prediction.inspection_facts import LEAD_HEADS, facts_of, lead_caption, lead_row

if TYPE_CHECKING:
    from tf_data.inspection.inspection import Inspection

NAMED = 3  # leads that a line of a table names


def facts_table(found: Inspection) -> Table:
    """What is said of the record as a whole."""
    table = Table(title=shown(Path(found.file).name), show_header=False, box=SIMPLE_HEAD)
    for name, said in facts_of(found):
        table.add_row(name, shown(said))
    return table


def leads_table(found: Inspection) -> Table:
    """A row per lead: its range, and what is odd in it."""
    table = _narrow(*LEAD_HEADS, caption=shown(lead_caption(found)))
    for lead in found.leads:
        table.add_row(*map(shown, lead_row(lead)))
    return table


def records_table(found: Sequence[tuple[Path, Inspection | str]]) -> Table:
    """A row per record: what it is, and its first warning; or why it cannot be read."""
    table = _narrow("file", "format", "leads", "rate", "length", "odd")
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


def _narrow(*heads: str, **settings: Any) -> Table:
    """A table whose cells go on below where a terminal is too narrow: none is cut."""
    columns = (Column(head, overflow="fold") for head in heads)
    return Table(*columns, box=SIMPLE_HEAD, collapse_padding=True, **settings)


def shown(name: str) -> str:
    """A name from a file, whose brackets and control characters are no commands here."""
    return escape(printable(name))
