"""The command `convert`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.quiet import closed_stderr, import_datasets, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.export.runtimes.agreement import Records
    from ecgzoo.export.runtimes.conversion import Converted
    from ecgzoo.training.run import Run
    from tf_data import SignalDataset

CALIBRATION = 64  # records of the training part that show the ranges for int8


class RuntimeName(StrEnum):
    """Runtimes that a model can be converted for."""

    onnx = "onnx"
    litert = "litert"


SUFFIXES = {RuntimeName.onnx: ".onnx", RuntimeName.litert: ".tflite"}


def convert(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    to: Annotated[RuntimeName, typer.Option(help="What is to run it.")],
    int8: Annotated[bool, typer.Option("--int8", help="Weights in 8 bits.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="The file; by default exported/<model>[.int8].<suffix>.")
    ] = None,
) -> None:
    """Write a model as one file for onnxruntime or LiteRT, and run it there before it is kept.

    The file takes the raw signal; JSON beside it says which. Answers are compared with Keras' on
    the run's own test records; int8 may change some, and the table says how many.

    Example: [bold]ecgzoo convert runs/grouped-traces-seed0/hybrid1/fold0 --to onnx[/bold]
    """
    import_tensorflow()
    import_datasets()
    from ecgzoo.training.run import Run

    found, console = Run(run), Console()
    name = f"{found.preset().model}{'.int8' * int8}{SUFFIXES[to]}"
    with console.status(f"converting, then running it in {to.value}"), closed_stderr():
        converted = _converted(found, to, int8, output or Path("exported") / name)
    console.print(_table(converted, leaky=found.metrics()["leaky"]))


def _converted(run: Run, to: RuntimeName, int8: bool, path: Path) -> Converted:
    from ecgzoo.export.runtimes.litert import export_litert
    from ecgzoo.export.runtimes.onnx import export_onnx

    train, test = _parts(run)
    if to is RuntimeName.litert:
        return export_litert(run.folder, path, int8, test)
    calibration = train.signals[:: len(train) // CALIBRATION + 1] if int8 else None
    return export_onnx(run.folder, path, calibration, test)


def _parts(run: Run) -> tuple[SignalDataset, Records]:
    """The records that a run was trained on, and those that it was tested on."""
    from ecgzoo.export.runtimes.agreement import Records
    from ecgzoo.training.fit import dataset_of
    from ecgzoo.training.job import split_of

    recipe = run.recipe()
    dataset = dataset_of(recipe)
    split = split_of(recipe, dataset)
    test = dataset.take(split.test)
    return dataset.take(split.train), Records(test.signals, test.labels)


def _table(converted: Converted, leaky: bool) -> Table:
    from ecgzoo.cli.tables import LEAKS

    table = Table(show_header=False, caption=LEAKS if leaky else None)
    table.add_row("file", str(converted.path))
    table.add_row("described in", str(converted.description))
    table.add_row("size", f"{converted.path.stat().st_size / 1e6:.2f} MB")
    table.add_row("takes", f"the {converted.inputs}")
    table.add_row("difference from Keras in float32", f"{converted.difference:.1g}")
    if found := converted.agreement:
        of = f"on {found.records} test records"
        table.add_row(f"difference {of}", f"{found.difference:.2g}")
        table.add_row(f"labels changed {of}", str(found.changed))
        if found.accuracy:
            before, after = found.accuracy
            table.add_row(f"accuracy {of}", f"{after:.3f} (Keras {before:.3f})")
    return table
