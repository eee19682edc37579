"""The command `evaluate`: a run's or preset's figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ecgzoo.cli import options
from ecgzoo.cli.quiet import import_tensorflow

if TYPE_CHECKING:
    pass


def evaluate(
    run: Annotated[Path, typer.Argument(help="A run's folder, or a preset: cnn1d.ecg_images.")],
    data: options.OwnData = None,
    labels: options.OwnLabels = None,
    sampling_rate: options.OwnRate = None,
    unit: options.OwnUnit = "mV",
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Show a run's figures on its test part, or on other records: per class, macro, confusion.

    Records that the weights were trained on are counted, and the figures labelled as leaking.

    Example: [bold]ecgzoo evaluate runs/grouped-traces-seed0/hybrid1/fold0[/bold]

    Example: [bold]ecgzoo evaluate runs/finetuned/hybrid1/mine --data new --labels new.csv[/bold]
    """
    from ecgzoo.artifact.resolution import resolve
    from ecgzoo.cli.tables import confusion_table, metrics_table
    from ecgzoo.training.run import Run

    run = resolve(run)
    options.check_together(data, labels)
    if data is None or labels is None:
        metrics = Run(run).metrics()
    else:
        metrics = _on_records(run, data, labels, sampling_rate, unit)
    if json:
        import json as encoder

        typer.echo(encoder.dumps(metrics, indent=2))
        return
    console = Console()
    console.print(metrics_table(metrics, str(run if data is None else f"{run} on {data}")))
    console.print(confusion_table(metrics))


def _on_records(
    run: Path, data: Path, labels: Path, rate: float | None, unit: str
) -> dict[str, Any]:

    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.training.finetuning.start import measured
    from tf_data.labelled_records import read_labelled

    spec = read_preset(run).spec
    return measured(run, read_labelled(data, labels, spec.leads, rate, unit, spec.unit))
