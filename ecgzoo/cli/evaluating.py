"""The command `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def evaluate(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Show a run's figures on its test part: per class, macro, and the confusion matrix.

    Example: [bold]ecgzoo evaluate runs/grouped-traces-seed0/hybrid1/fold0[/bold]
    """
    from ecgzoo.cli.tables import confusion_table, metrics_table
    from ecgzoo.training.run import Run

    found = Run(run)
    metrics = found.metrics()
    if json:
        import json as encoder

        typer.echo(encoder.dumps(metrics, indent=2))
        return
    console = Console()
    console.print(metrics_table(found))
    console.print(confusion_table(found))
