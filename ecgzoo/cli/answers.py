"""Answers as the terminal shows them: a table."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from ecgzoo.client.refusals import printable
from ecgzoo.prediction.told import Told, caption_of, title_of


def table(told: Told) -> Table:
    """A row per window, and one overall."""
    contract = told.contract
    classes = map(shown_name, told.overall.answer.probabilities)
    table = Table(
        "window", "label", *classes, title=escape(title_of(told)), caption=escape(caption_of(told))
    )
    if contract.thresholds:
        table.add_column("above threshold")
    for row in [*told.rows, told.overall] if len(told.rows) > 1 else told.rows:
        shares = (f"{share:.3f}" for share in told.shown(row).probabilities.values())
        above = shown_name(", ".join(contract.above_thresholds(row.answer)) or "none")
        limits = [above] if contract.thresholds else []
        table.add_row(row.span, f"[bold]{shown_name(row.answer.label)}[/bold]", *shares, *limits)
    return table


def shown_name(name: str) -> str:
    """A name from elsewhere, whose brackets and control characters are no commands here."""
    return escape(printable(name))
