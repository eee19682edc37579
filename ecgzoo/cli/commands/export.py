"""The command `export`: the next version of a served model."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.artifact.resolution import resolve
from ecgzoo.cli.options import EXPORTED, RUNS, RunsFolder
from ecgzoo.exporting.saved_model.signing import MAKE_KEY, MAKE_PUBLIC
from ecgzoo.exporting.server.publishing import held
from ecgzoo.exporting.server.versions import summarize
from ecgzoo.quiet import import_tensorflow


def export(
    source: Annotated[
        str,
        typer.Argument(help="Folder of a finished run or preset, or a model: its newest run."),
    ],
    to: Annotated[
        Path, typer.Option("--to", "--exported", help="Where the served models lie.")
    ] = EXPORTED,
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

    with console.status(f"writing {folder}, then loading it back in a fresh process"):
        if dry_run:
            summary = saved_model.rehearse(folder, to, key=sign)
        else:
            summary = summarize(saved_model.export(folder, to, canary=canary, key=sign))
    what = "not published, as asked" if dry_run else f"exported: {summary.folder}"
    console.print(f"{what} ({summary.size / 1e6:.1f} MB), answers as Keras does")
    if not dry_run:
        console.print(held(summary.folder.parent))
    if not summary.warm_up:
        console.print(MISSING, markup=False)
