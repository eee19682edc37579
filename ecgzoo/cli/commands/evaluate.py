"""The command `evaluate`: a run's or preset's figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli.options import SWITCHES, csv_file
from ecgzoo.quiet import import_tensorflow


def evaluate(
    run: Annotated[Path, typer.Argument(help="A run's folder, or a preset: cnn1d.ecg_images.")],
    data: given.Data = None,
    labels: given.Labels = None,
    dataset: given.OtherDataset = None,
    part: given.Part = None,
    overlap: given.Overlap = None,
    classes: given.Classes = None,
    short: given.Short = None,
    directory: given.Directory = None,
    rename: given.Rename = None,
    sampling_rate: given.SamplingRate = None,
    unit: given.Unit = None,
    per: Annotated[
        str, typer.Option(help="'record': the mean of its windows' answers; or 'window'.")
    ] = "record",
    intervals: Annotated[
        bool,
        typer.Option(help="Intervals, by resampling patients.", rich_help_panel=SWITCHES),
    ] = True,
    predictions: Annotated[
        Path | None, typer.Option(callback=csv_file, help="Write the answers to this CSV.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Show a run's figures on its test part, or on other records: per class, macro, confusion.

    Records that the weights were trained on are counted, and the figures labelled as leaking.

    Example: [bold]ecgzoo evaluate runs/grouped-traces-seed0/hybrid1/fold0[/bold]

    Example: [bold]ecgzoo evaluate runs/finetuned/hybrid1/mine --data new --labels new.csv[/bold]

    Example: [bold]ecgzoo evaluate RUN --dataset ptb_xl --labels superclass --part test[/bold]
    """
    from ecgzoo.artifact.folder import ArtifactFolder
    from ecgzoo.artifact.resolution import resolve
    from ecgzoo.cli.tables import confusion_table, metrics_table

    run = resolve(run)
    title = str(run)
    others: dict[str, Any] = {
        "overlap": overlap,
        "classes": classes,
        "short": short,
        "directory": directory,
        "rename": rename,
        "sampling_rate": sampling_rate,
        "unit": unit,
    }
    if data is None and dataset is None:
        own = {"per": None if per == "record" else per, "no_intervals": None if intervals else True}
        _check_none_of_other_records({"labels": labels, "part": part, **others, **own})
        metrics = ArtifactFolder(run).metrics()
        if predictions:
            ArtifactFolder(run).predictions().write(predictions)
    else:
        source = given.chosen(dataset or given.DATASET, labels, data, **others)
        metrics = _on_records(run, source, part, per, intervals, predictions)
        title = f"{run} on {data or dataset}"
    if json:
        import json as encoder

        typer.echo(encoder.dumps(metrics, indent=2))
        return
    console = Console()
    console.print(metrics_table(metrics, title))
    if "confusion" in metrics:
        console.print(confusion_table(metrics))
    if predictions:
        console.print(f"written: {predictions}")


def _check_none_of_other_records(told: dict[str, Any]) -> None:
    """Checks that what only other records take was not given for a run's own figures."""
    asked = [f"--{name.replace('_', '-')}" for name, one in told.items() if one is not None]
    if asked:
        raise ValueError(
            f"expected --data, your records, or --dataset, a set's, with {', '.join(asked)}: "
            "without them the figures that the run has are shown"
        )


def _on_records(
    run: Path,
    source: dict[str, Any],
    part: str | None,
    per: str,
    intervals: bool,
    predictions: Path | None,
) -> dict[str, Any]:
    """The figures on a data set or on records of one's own, as the model takes them."""
    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.prediction import evaluate as evaluate_on
    from ecgzoo.training.known_classes import without_foreign
    from tf_data import load

    preset = read_preset(run)
    records = load(source["dataset"], **given.as_taken(preset, source))
    if part is not None:
        records = records.part(part)
    if "fewest" in preset.training.get("recipe", {}).get("loading", {}):
        records = without_foreign(records, preset.classes)  # as were those that it was trained on
    records = records.of_classes(preset.classes)
    found = evaluate_on(run, records, per=per, intervals=intervals)
    if predictions:
        found.predictions.write(predictions)
    return found.to_dict()
