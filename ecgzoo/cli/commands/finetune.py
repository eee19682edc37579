"""The command `finetune`: a pretrained model on one's own records."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli import options
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.training.finetuning.result import FineTuned


def finetune(
    model: Annotated[str, typer.Argument(help="A name of `ecgzoo list`.")],
    data: Annotated[
        Path,
        typer.Option(help="Folder of records of any format; or a .csv: record, then leads."),
    ],
    labels: Annotated[Path, typer.Option(help="A .csv: record, label and maybe group.")],
    weights: Annotated[
        str, typer.Option(help="A shipped tag, the folder of a run or preset, or hf://owner/name.")
    ] = "ecg_images",
    classes: Annotated[
        str | None, typer.Option(help="Comma-separated, for a new head; else the preset's.")
    ] = None,
    leads: Annotated[
        str | None, typer.Option(help="Comma-separated; those of the preset's that there are.")
    ] = None,
    rename: given.Rename = None,
    short: given.Short = None,
    sampling_rate: options.OwnRate = None,
    unit: options.OwnUnit = None,
    head_epochs: Annotated[int, typer.Option(help="Of the head alone.")] = 30,
    epochs: Annotated[
        int | None,
        typer.Option(help="Of all layers, at the end.", show_default="400 steps, at least 10"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of split, order, dropout and a new head.")] = 0,
    to: Annotated[
        Path | None, typer.Option(help="The run's folder; else runs/finetuned/<model>/<data>.")
    ] = None,
    distribute: options.Distribute = False,
    export: Annotated[bool, typer.Option("--export", help="Export it afterwards.")] = False,
    exported: options.ExportedFolder = options.EXPORTED,
) -> None:
    """Fine-tune a pretrained model on your own records: the head first, then from the top down.

    A table with a column `labels`, several names with | between them, or with a column of zeros
    and ones per class, is of several labels at once.

    Example: [bold]ecgzoo finetune hybrid1 --data records --labels labels.csv --classes AF,N[/bold]
    """
    console = Console()
    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.artifact.resolution import resolve
    from ecgzoo.cli.devices import all_devices
    from ecgzoo.training.finetuning.finetune import finetune as tune
    from ecgzoo.training.finetuning.result import FineTuning, check_free
    from tf_data.own_records import read_records

    settings = FineTuning(head_epochs=head_epochs, epochs=epochs, seed=seed)
    folder = to or options.RUNS / "finetuned" / model / data.stem
    check_free(folder)
    preset = read_preset(resolve(weights, model=model))
    chosen, names = given.listed(leads), given.listed(classes)
    records = read_records(
        data,
        labels,
        preset.spec,
        classes=names,
        rename=given.renamed(rename),
        short=short or "refuse",
        leads=chosen,
        sampling_rate=sampling_rate,
        unit=unit or preset.spec.unit,
    )
    records = records if names else records.of_classes(preset.classes)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    scope = all_devices(console) if distribute else contextlib.nullcontext()
    with scope, Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("reading")
        tuned = tune(
            model,
            records,
            weights=weights,
            classes=names,
            leads=chosen,
            settings=settings,
            folder=folder,
            progress=lambda phase, done, total: bar.update(
                task, description=phase, completed=done, total=total
            ),
        )
    console.print(_table(tuned))
    console.print(f"weights: {tuned.loaded}")
    console.print(f"run: {folder}   next: ecgzoo export {folder}")
    if export:
        from ecgzoo.exporting.saved_model import write as saved_model

        with console.status(f"writing {folder}, then loading it back in a fresh process"):
            version = saved_model.export(folder, exported)
        console.print(f"exported: {version}, answers as Keras does")


def _table(tuned: FineTuned) -> Table:
    from ecgzoo.cli.tables import leak_of

    records = f"{tuned.after.n} test records that nothing was fitted or chosen on"
    said = leak_of(tuned.preset.metrics) or records
    if tuned.new_head:
        said += "\nBefore: a new head that is not trained answers by chance."
    figures = tuned.to_frame()
    table = Table("", *map(str, figures.columns), caption=said)
    for moment, row in figures.iterrows():
        table.add_row(str(moment), *(f"{value:.3f}" for value in row))
    return table
