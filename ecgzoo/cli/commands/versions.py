"""The commands `versions`, `promote`, `rollback` and `prune`; they need no TensorFlow."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.artifact.labels import Labels, read_labels
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.cli.options import EXPORTED, ExportedFolder
from ecgzoo.exporting.server import publishing
from ecgzoo.exporting.server.versions import Summary, summarize

OneModel = Annotated[str | None, typer.Argument(help="An exported model; all without it.")]


def versions(model: OneModel = None, exported: ExportedFolder = EXPORTED) -> None:
    """Show the exported versions, and which of them is stable and which canary.

    Example: [bold]ecgzoo versions hybrid1[/bold]
    """
    titles = ("version", "label", "date", "MB", "macro F1", "protocol", "signed", "warm-up")
    for name in _models(model, exported):
        folder = publishing.model_folder(exported, name)
        labels = read_labels(folder)
        table = Table(title=name, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for title in titles:
            table.add_column(title, no_wrap=title == "date")
        for number in version_numbers(folder):
            summary = summarize(folder / str(number))
            table.add_row(str(number), _label(labels, number), *_cells(summary))
        Console().print(table)
        typer.echo(publishing.held(folder))


def promote(
    model: Annotated[str, typer.Argument(help="An exported model.")],
    exported: ExportedFolder = EXPORTED,
) -> None:
    """Make the canary the stable version; servers follow, and no version is touched.

    Example: [bold]ecgzoo promote hybrid1[/bold]
    """
    stable = publishing.promote(exported, model)
    typer.echo(f"stable: {exported / model / str(stable)}")


def rollback(
    model: Annotated[str, typer.Argument(help="An exported model.")],
    to: Annotated[
        int | None,
        typer.Option(help="Which version; the one before the stable one, for a canary that one."),
    ] = None,
    canary: Annotated[
        bool, typer.Option("--canary", help="Take back the canary; stable stays where it is.")
    ] = False,
    exported: ExportedFolder = EXPORTED,
) -> None:
    """Make another version the stable one; servers follow, and no version is touched.

    Example: [bold]ecgzoo rollback hybrid1 --to 2[/bold]
    """
    number = publishing.roll_back(exported, model, to, canary=canary)
    typer.echo(f"{'canary' if canary else 'stable'}: {exported / model / str(number)}")


def prune(
    model: OneModel = None,
    keep: Annotated[int, typer.Option(min=1, help="How many stay, of each model.")] = 3,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    exported: ExportedFolder = EXPORTED,
) -> None:
    """Remove all but the newest versions, never one that is labelled or was just before.

    Example: [bold]ecgzoo prune --keep 3[/bold]
    """
    models = _models(model, exported)
    removed = publishing.prune(exported, models, keep, dry_run=dry_run)
    for version in removed:
        typer.echo(f"{'would remove' if dry_run else 'removed'}: {version}")
    if not removed:
        typer.echo("nothing to remove")


def _models(model: str | None, exported: ExportedFolder) -> list[str]:
    if model is None and not publishing.exported_models(exported):
        raise FileNotFoundError(f"{exported} holds no exported version; `ecgzoo export` writes one")
    return publishing.exported_models(exported) if model is None else [model]


def _label(labels: Labels, number: int) -> str:
    return " ".join(labels.of(number)) or ("(before)" if number in labels.before else "")


def _cells(summary: Summary) -> tuple[str, ...]:
    measured = summary.macro_f1 is not None
    return (
        f"{summary.written:%Y-%m-%d %H:%M}",
        f"{summary.size / 1e6:.1f}",
        f"{summary.macro_f1:.3f}" if measured else "-",
        f"{summary.protocol}{' (leaks)' if summary.leaky else ''}" if measured else "-",
        "yes" if summary.signed else "no",
        "yes" if summary.warm_up else "no",
    )
