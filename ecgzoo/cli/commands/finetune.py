"""The command `finetune`: a pretrained model on one's own records."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli import options
from ecgzoo.errors import RegressionError
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from tf_data import SignalDataset

SHARE = "0.2"
PARTS = {"none": None, "split": "split"}  # and what the library calls them


def finetune(
    model: Annotated[
        str,
        typer.Argument(
            help="A name of `ecgzoo list`, or of `ecgzoo list --weights`, or a run's folder.",
            autocompletion=options.models_that_begin,
        ),
    ],
    data: Annotated[
        Path,
        typer.Option(help="Folder of records of any format; or a .csv: record, then leads."),
    ],
    labels: Annotated[Path, typer.Option(help="A .csv: record, label and maybe group and split.")],
    weights: Annotated[
        str, typer.Option(help="A shipped tag, the folder of a run or preset, or hf://owner/name.")
    ] = "ecg_images",
    classes: Annotated[
        str | None, typer.Option(help="Comma-separated, for a new head; else the preset's.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(help="A column of numbers, such as age, to estimate instead of classes."),
    ] = None,
    leads: Annotated[
        str | None, typer.Option(help="Comma-separated; those of the preset's that there are.")
    ] = None,
    seconds: given.Seconds = None,
    rename: given.Rename = None,
    short: given.Short = None,
    sampling_rate: options.OwnRate = None,
    unit: options.OwnUnit = None,
    head_epochs: Annotated[int, typer.Option(help="Of the head alone.")] = 30,
    epochs: Annotated[
        int | None,
        typer.Option(help="Of all layers, at the end.", show_default="400 steps, at least 10"),
    ] = None,
    test: Annotated[
        str | None,
        typer.Option(
            help="What is tested on: split, the test part of the column split; a share of the "
            "records; a folder or .csv of others, with --test-labels; or none, to train on all.",
            show_default="split where there is one, else 0.2",
        ),
    ] = None,
    test_labels: Annotated[
        Path | None, typer.Option(help="Of the records of --test, as --labels.")
    ] = None,
    controls: Annotated[
        bool,
        typer.Option(
            "--controls",
            help="Train from scratch too, and probe a random encoder: do the weights help?",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Of split, order, dropout and a new head.")] = 0,
    to: Annotated[
        Path | None, typer.Option(help="The run's folder; else runs/finetuned/<model>/<data>.")
    ] = None,
    distribute: options.Distribute = False,
    tensorboard: options.TensorBoard = None,
    export: Annotated[bool, typer.Option("--export", help="Export it afterwards.")] = False,
    exported: options.ExportedFolder = options.EXPORTED,
) -> None:
    """Fine-tune a pretrained model on your own records: the head first, then from the top down.

    A table with a column `labels`, several names with | between them, or with a column of zeros
    and ones per class, is of several labels at once. Figures are per record, with 95% intervals by
    patient. With --target a number is estimated: its mean absolute error, R2 and correlation.

    Example: [bold]ecgzoo finetune hybrid1 --data records --labels labels.csv --classes AF,N[/bold]

    Example: [bold]ecgzoo finetune cnn1d --data a --labels a.csv --test b --test-labels b.csv[/bold]

    Example: [bold]ecgzoo finetune cnn1d --weights general --leads II --seconds 5 ...[/bold]
    """
    console = Console()
    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.cli.devices import all_devices
    from ecgzoo.cli.finetuned import said, show
    from ecgzoo.training.finetuning.finetune import finetune as tune
    from ecgzoo.training.finetuning.result import FineTuning, check_free
    from ecgzoo.training.finetuning.start import folder_of
    from ecgzoo.training.own_split import SPLIT, has_split
    from ecgzoo.training.tensorboard import tensorboard as board
    from tf_data.own_records import read_records

    settings = FineTuning(head_epochs=head_epochs, epochs=epochs, seed=seed)
    preset = read_preset(folder_of(model, weights))
    folder = to or options.RUNS / "finetuned" / preset.model / data.stem
    check_free(folder)
    board_of = "finetuned", preset.model, folder.name
    callbacks = [board(tensorboard.joinpath(*board_of))] if tensorboard else []
    spec = preset.spec if seconds is None else preset.spec.lasting(seconds)
    chosen, names = given.listed(leads), given.listed(classes)
    if preset.regression and not names:
        target = target or preset.classes[0]
    if export and target:
        raise RegressionError(f"an export is of classes; {target} is a number: leave out --export")

    def read(data: Path, labels: Path) -> SignalDataset:
        found = read_records(
            data,
            labels,
            spec,
            classes=names,
            target=target,
            rename=given.renamed(rename),
            short=short or "refuse",
            leads=chosen,
            sampling_rate=sampling_rate,
            unit=unit or spec.unit,
        )
        return found if names or target else found.of_classes(preset.classes)

    held = _others(test, test_labels)
    with console.status(f"reading {escape(str(data))}"):
        records = read(data, labels)
    if test is None:
        test = SPLIT if has_split(records) else SHARE
        if test == SPLIT:
            console.print(f"{labels.name} has a split: its test part is tested on", markup=False)
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
            seconds=seconds,
            settings=settings,
            test=read(*held) if held else _part(test),
            controls=controls,
            folder=folder,
            measured=lambda moment, found: bar.console.print(f"{moment}: {said(found)}"),
            callbacks=callbacks,
            progress=lambda phase, done, total: bar.update(
                task, description=phase, completed=done, total=total
            ),
        )
    show(tuned, console)
    named = shlex.quote(str(folder))
    following = f"predict FILE --model {named}" if target else f"export {named}"
    for line in (f"weights: {tuned.loaded}", f"run: {folder}   next: ecgzoo {following}"):
        console.print(line, soft_wrap=True, markup=False, highlight=False)  # to be copied
    if export:
        from ecgzoo.exporting.saved_model import write as saved_model

        with console.status(f"writing {folder}, then loading it back in a fresh process"):
            version = saved_model.export(folder, exported)
        console.print(f"exported: {version}, answers as Keras does")


def _others(told: str | None, labels: Path | None) -> tuple[Path, Path] | None:
    """The records to test on, and their labels; None where --test names a part of the others.

    Raises:
        ValueError: if it names a share that none can have, or a folder and a table of labels lack
            each other.
    """
    if told is not None and not _is_part(told):
        if labels is None:
            raise ValueError(
                f"--test and --test-labels go together: the records in {told}, and the table of "
                "their classes. Or name a share, such as --test 0.2, or --test split, or --test "
                "none"
            )
        return Path(told), labels
    if labels is not None:
        got = "no --test" if told is None else f"--test {told}"
        raise ValueError(f"--test-labels are of records that --test names; got {got}")
    return None


def _is_part(told: str) -> bool:
    """Whether it is none, split or a share; that one is checked before records are read for it."""
    from ecgzoo.training.tested_part import folds_of

    if told in PARTS:
        return True
    try:
        share = float(told)
    except ValueError:
        return False
    folds_of(share)
    return True


def _part(told: str) -> float | str | None:
    """What the library calls it."""
    return PARTS[told] if told in PARTS else float(told)
