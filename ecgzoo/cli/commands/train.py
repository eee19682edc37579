"""The commands `train`, `finetune` and `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecgzoo.cli import options
from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.pages.page_signals import TRACES

if TYPE_CHECKING:
    from ecgzoo.training.finetuning.result import FineTuned


def train(
    model: Annotated[str, typer.Argument(help="A name of `ecgzoo list`.")],
    protocol: options.Protocol = "grouped",
    fold: Annotated[int, typer.Option(help="Which fold is the test part.")] = 0,
    folds: Annotated[int, typer.Option(help="Number of folds.")] = 5,
    fold_seed: options.FoldSeed = 0,
    seed: Annotated[int, typer.Option(help="Seed of weights, order, dropout, augmentation.")] = 0,
    signals: options.Signals = TRACES,
    oversampling: Annotated[str, typer.Option(help="'none', 'random' or 'adasyn'.")] = "random",
    augmentation: Annotated[bool, typer.Option(help="Shift, scale and noise.")] = True,
    domain_dropout: options.DomainDropout = 0.0,
    lead_dropout: options.LeadDropout = 0.1,
    mixup: Annotated[float, typer.Option(help="Blending of records; 0 for none.")] = 0.3,
    epochs: options.Epochs = 30,
    patience: Annotated[int, typer.Option(help="Epochs without gain before it stops.")] = 15,
    final: Annotated[
        bool, typer.Option("--final", help="Fit on all records, with no test part, for a preset.")
    ] = False,
    deterministic: Annotated[bool, typer.Option(help="The same bits each time; slower.")] = False,
    device: Annotated[
        str, typer.Option(help="Where domains are computed: 'cpu' or 'accelerator'.")
    ] = "cpu",
    runs: options.RunsFolder = options.RUNS,
) -> None:
    """Train one model on one fold; the same command goes on where a killed run was.

    Example: [bold]ecgzoo train hybrid1 --protocol grouped --fold 0[/bold]
    """
    import_tensorflow()
    from ecgzoo.cli.tables import class_counts_table, metrics_table
    from ecgzoo.training.fit import fit
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run

    recipe = Recipe(
        model=model,
        signals=signals,
        protocol=protocol,
        folds=folds,
        fold=fold,
        fold_seed=fold_seed,
        seed=seed,
        oversampling=oversampling,
        augmentation=augmentation,
        mixup=mixup,
        domain_dropout=domain_dropout,
        lead_dropout=lead_dropout,
        epochs=epochs,
        patience=patience,
        final=final,
        deterministic=deterministic,
        device=device,
    )
    run = Run(runs / recipe.run_name)
    console = Console()
    run.check(recipe)
    if run.finished:
        console.print(f"{run.folder} is finished already; remove it to train again")
    fit(recipe, run.folder)
    if oversampling != "none":
        console.print(class_counts_table(run))
    if not final:
        console.print(metrics_table(run.metrics(), str(run.folder)))
    console.print(f"run: {run.folder}   next: ecgzoo export {run.folder}")


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
    from ecgzoo.cli.quiet import import_tensorflow

    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.training.finetuning.start import measured
    from tf_data.labelled_records import read_labelled

    spec = read_preset(run).spec
    return measured(run, read_labelled(data, labels, spec.leads, rate, unit, spec.unit))


def finetune(
    model: Annotated[str, typer.Argument(help="A name of `ecgzoo list`.")],
    data: Annotated[
        Path,
        typer.Option(help="Folder of WFDB, .csv or .npy records; or a .csv: record, then leads."),
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
    sampling_rate: options.OwnRate = None,
    unit: options.OwnUnit = "mV",
    head_epochs: Annotated[int, typer.Option(help="Of the head alone.")] = 30,
    epochs: Annotated[
        int | None,
        typer.Option(help="Of all layers, at the end.", show_default="400 steps, at least 10"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of split, order, dropout and a new head.")] = 0,
    to: Annotated[
        Path | None, typer.Option(help="The run's folder; else runs/finetuned/<model>/<data>.")
    ] = None,
    export: Annotated[bool, typer.Option("--export", help="Export it afterwards.")] = False,
    exported: options.ExportedFolder = options.EXPORTED,
) -> None:
    """Fine-tune a pretrained model on your own records: the head first, then from the top down.

    Example: [bold]ecgzoo finetune hybrid1 --data records --labels labels.csv --classes AF,N[/bold]
    """
    console = Console()
    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.artifact.resolution import resolve
    from ecgzoo.training.finetuning.finetune import finetune as tune
    from ecgzoo.training.finetuning.result import FineTuning, check_free
    from tf_data.labelled_records import read_labelled

    settings = FineTuning(head_epochs=head_epochs, epochs=epochs, seed=seed)
    folder = to or options.RUNS / "finetuned" / model / data.stem
    check_free(folder)
    spec = read_preset(resolve(weights, model=model)).spec
    chosen = _listed(leads)
    records = read_labelled(data, labels, chosen or spec.leads, sampling_rate, unit, spec.unit)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("reading")
        tuned = tune(
            model,
            records,
            weights=weights,
            classes=_listed(classes),
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


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",")]


def _table(tuned: FineTuned) -> Table:
    from ecgzoo.cli.tables import leak_of

    records = f"{tuned.after.n} test windows that nothing was fitted or chosen on"
    said = leak_of(tuned.preset.metrics) or records
    if tuned.new_head:
        said += "\nBefore: a new head that is not trained answers by chance."
    table = Table("", "accuracy", "macro F1", caption=said)
    for moment, row in tuned.to_frame().iterrows():
        table.add_row(str(moment), *(f"{value:.3f}" for value in row))
    return table
