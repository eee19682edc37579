"""The commands on exported versions: `export`, `verify`, `versions`, `rollback` and `prune`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.artifact.labels import read_labels
from ecgzoo.artifact.resolution import resolve, version_numbers
from ecgzoo.cli.options import EXPORTED, RUNS, ExportedFolder, RunsFolder
from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.exporting.saved_model.signing import MAKE_KEY, MAKE_PUBLIC
from ecgzoo.exporting.server import publishing
from ecgzoo.exporting.server.versions import Summary, summarize


def export(
    source: Annotated[
        str,
        typer.Argument(help="Folder of a finished run or preset, or a model: its newest run."),
    ],
    to: ExportedFolder = EXPORTED,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write, verify and report, but publish nothing.")
    ] = False,
    canary: Annotated[
        bool, typer.Option("--canary", help="Label it canary only; stable stays where it is.")
    ] = False,
    sign: Annotated[
        Path | None,
        typer.Option(help=f"Elliptic-curve key (PEM). Make one: {MAKE_KEY}; {MAKE_PUBLIC}"),
    ] = None,
    runs: RunsFolder = RUNS,
) -> None:
    """Write the next version of a served model: a SavedModel that needs no ecgzoo.

    It is loaded back in a fresh process and compared with Keras before it gets its number.

    Example: [bold]ecgzoo export runs/grouped-traces-seed0/hybrid1/fold0[/bold]
    """
    console, folder = Console(), resolve(source, runs=runs)
    import_tensorflow()
    from ecgzoo.exporting.saved_model import write as saved_model
    from ecgzoo.exporting.saved_model.requests import MISSING
    from ecgzoo.exporting.server.versions import summarize

    with console.status(f"writing {folder}, then loading it back in a fresh process"):
        if dry_run:
            summary = saved_model.rehearse(folder, to, key=sign)
        else:
            summary = summarize(saved_model.export(folder, to, canary=canary, key=sign))
    what = "not published, as asked" if dry_run else f"exported: {summary.folder}"
    console.print(f"{what} ({summary.size / 1e6:.1f} MB), answers as Keras does")
    if not summary.warm_up:
        console.print(MISSING, markup=False)


def verify(
    version: Annotated[Path, typer.Argument(help="Folder of an exported version.")],
    public_key: Annotated[
        Path | None, typer.Option(help="Elliptic-curve key (PEM): who must have signed it.")
    ] = None,
) -> None:
    """Check a version: no file changed, the same signatures, and the recorded answers again.

    Example: [bold]ecgzoo verify exported/hybrid1/3 --public-key public.pem[/bold]
    """
    import_tensorflow()
    from ecgzoo.exporting.saved_model.verification import check_version

    console = Console()
    table = Table("check", "result", title=f"{version.parent.name} {version.name}")
    with console.status("asking it in a fresh process"):
        checks = list(check_version(version, public_key))
    for check in checks:
        table.add_row(check.name, "[red]differs[/red]" if check.problems else "ok")
    console.print(table)
    for check in checks:
        for problem in check.problems:
            typer.secho(f"{check.name}: {problem}", fg="red", err=True)
    if any(check.problems for check in checks):
        raise typer.Exit(1)


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
            shown = " ".join(labels.of(number))
            table.add_row(str(number), shown, *_cells(summarize(folder / str(number))))
        Console().print(table)


def rollback(
    model: Annotated[str, typer.Argument(help="An exported model.")],
    to: Annotated[
        int | None, typer.Option(help="Which version; the one before the stable one.")
    ] = None,
    exported: ExportedFolder = EXPORTED,
) -> None:
    """Make another version the stable one; servers follow, and no version is touched.

    Example: [bold]ecgzoo rollback hybrid1 --to 2[/bold]
    """
    stable = publishing.roll_back(exported, model, to)
    typer.echo(f"stable: {exported / model / str(stable)}")


def prune(
    model: OneModel = None,
    keep: Annotated[int, typer.Option(min=1, help="How many stay, of each model.")] = 3,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    exported: ExportedFolder = EXPORTED,
) -> None:
    """Remove all but the newest versions, never a labelled one.

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
