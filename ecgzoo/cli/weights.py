"""The presets in the package, as `list --weights` shows them."""

from __future__ import annotations

import fnmatch

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


def list_weights(pattern: str, as_markdown: bool) -> None:
    """Prints the presets whose names match: as a table of 80 columns, or as markdown.

    Raises:
        UnknownNameError: if there are presets, and none matches.
        PresetError: if one is damaged.
    """
    from ecgzoo.errors import UnknownNameError
    from ecgzoo.registry import unknown
    from ecgzoo.report.cards.presets_table import NONE, markdown, narrow_cells, shipped_artifacts

    there = shipped_artifacts()
    chosen = [one for one in there if fnmatch.fnmatch(one.name, pattern)]
    if there and not chosen:
        raise UnknownNameError(unknown("preset", pattern, [one.name for one in there]))
    if as_markdown:
        typer.echo(markdown(chosen))
        return
    if not chosen:
        typer.echo(f"{NONE} `--weights` of other commands takes the folder of any run.")
        return
    table = Table(
        caption="95% group-bootstrap intervals; `ecgzoo card PRESET` says how it was measured.",
        box=SIMPLE_HEAD,
        padding=0,
    )
    table.add_column("preset", overflow="fold")
    for head in ("size", "macro F1", "accuracy", "protocol"):
        table.add_column(head, no_wrap=True)
    for one in chosen:
        table.add_row(*narrow_cells(one))
        table.add_section()
    Console(width=min(Console().width, 80)).print(table)
