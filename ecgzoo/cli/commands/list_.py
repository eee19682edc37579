"""The command `list`: registered models, or the presets in the package."""

import fnmatch
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import CATEGORIES, FUSIONS, MODELS, unknown


def _list_weights(pattern: str, as_markdown: bool) -> None:
    """Prints the presets whose names match: as a table of 80 columns, or as markdown."""
    from ecgzoo.report.cards.artifact import (
        NONE,
        narrow_cells,
        presets_markdown,
        shipped_artifacts,
    )

    there = shipped_artifacts()
    chosen = [one for one in there if fnmatch.fnmatch(one.name, pattern)]
    if there and not chosen:
        raise UnknownNameError(unknown("preset", pattern, [one.name for one in there]))
    if as_markdown:
        typer.echo(presets_markdown(chosen))
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


def list_(
    pattern: Annotated[str, typer.Argument(help="Shell pattern, such as 'hybrid*'.")] = "*",
    weights: Annotated[
        bool, typer.Option("--weights", help="The presets in the package, with their figures.")
    ] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="With --weights: the table of the README.")
    ] = False,
) -> None:
    """List the registered models, those that stand for a fusion by its category.

    Example: [bold]ecgzoo list 'hybrid*'[/bold]

    Example: [bold]ecgzoo list --weights[/bold]
    """
    if weights:
        _list_weights(pattern, markdown)
        return
    if markdown:
        raise ValueError("--markdown is of the table of presets: add --weights")
    names = MODELS.names(pattern)
    if not names:
        raise UnknownNameError(unknown("model", pattern, MODELS))
    console = Console()
    fused = {name: MODELS.info(name).get("options", {}).get("fusion") for name in names}
    if plain := [name for name in names if not fused[name]]:
        table = Table("model", "domains")
        for name in plain:
            table.add_row(name, ", ".join(MODELS.info(name)["domains"]))
        console.print(table)
    if any(fused.values()):
        console.print(_by_category({name: one for name, one in fused.items() if one}))


def _by_category(fused: dict[str, str]) -> Table:
    """The models that stand for a fusion: a section per category of it, a row per fusion."""
    table = Table("fusion", "models")
    for category in CATEGORIES:
        shown = category
        for fusion in sorted(set(fused.values())):
            if FUSIONS.info(fusion)["category"] == category:
                table.add_row(shown, ", ".join(m for m, one in fused.items() if one == fusion))
                shown = ""
        table.add_section()
    return table
