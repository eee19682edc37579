"""Answers for a long record: asked with a progress bar, and shown summed up."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecgzoo.artifact.windows_over_time import WindowsOverTime, clock
from ecgzoo.cli.answers import shown_name
from ecgzoo.prediction.asked import Asked
from ecgzoo.prediction.over_time import (
    CERTAIN_HEADS,
    SHARE_HEADS,
    asked_over_time,
    certain_rows,
    share_rows,
)
from tf_data.open_record import OpenRecord


def asked_with_bar(record: OpenRecord, asked: Asked) -> WindowsOverTime:
    """What a model answers for each window, with a progress bar on standard error."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(f"{clock(record.seconds)} of signal", total=record.seconds)
        return asked_over_time(record, asked, lambda done: bar.update(task, completed=done))


def shares_table(found: WindowsOverTime, title: str) -> Table:
    """A row for each class: its share of the windows, and its mean probability."""
    table = Table(*SHARE_HEADS, title=title)
    for label, *cells in share_rows(found):
        table.add_row(f"[bold]{shown_name(label)}[/bold]", *cells)
    return table


def certain_table(found: WindowsOverTime, caption: str) -> Table:
    """The most certain windows, none of which overlaps another."""
    table = Table(*CERTAIN_HEADS, caption=caption)
    for span, label, sure in certain_rows(found):
        table.add_row(span, shown_name(label), sure)
    return table
