"""The command `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.cli.quiet import import_tensorflow


def export(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    to: Annotated[Path, typer.Option(help="Where the served models lie.")] = Path("exported"),
) -> None:
    """Write the next version of a served model: a SavedModel that needs no ecgzoo.

    Example: [bold]ecgzoo export runs/grouped-traces-seed0/hybrid1/fold0[/bold]
    """
    import_tensorflow()
    from ecgzoo.export.saved_model import export as export_model

    console = Console()
    with console.status("writing, then loading it back in a fresh process"):
        version = export_model(run, to)
    console.print(f"exported: {version}")
