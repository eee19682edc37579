"""The command `convert`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecgzoo.artifact.resolution import resolve
from ecgzoo.cli import options
from ecgzoo.cli.answers import shown_name
from ecgzoo.quiet import closed_stderr, import_datasets, import_tensorflow

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.cli.known_records import KnownRecords
    from ecgzoo.exporting.runtimes.conversion import Converted


class RuntimeName(StrEnum):
    """Runtimes that a model can be converted for."""

    onnx = "onnx"
    litert = "litert"


SUFFIXES = {RuntimeName.onnx: ".onnx", RuntimeName.litert: ".tflite"}


def convert(
    source: Annotated[
        str,
        typer.Argument(help="Folder of a finished run or preset, or a model: its newest run."),
    ],
    to: Annotated[RuntimeName, typer.Option(help="What is to run it.")],
    int8: Annotated[bool, typer.Option("--int8", help="Weights in 8 bits.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="The file; by default exported/<model>[.int8].<suffix>.")
    ] = None,
    data: options.OwnData = None,
    labels: options.OwnLabels = None,
    sampling_rate: options.OwnRate = None,
    unit: options.OwnUnit = None,
    runs: options.RunsFolder = options.RUNS,
) -> None:
    """Write a model as one file for onnxruntime or LiteRT, and run it there before it is kept.

    The file takes the raw signal; JSON beside it says which. Answers are compared with Keras' on
    the run's own test records, or on those of --data; int8 may change some, and the table says how
    many.

    Example: [bold]ecgzoo convert runs/grouped-traces-seed0/hybrid1/fold0 --to onnx[/bold]

    Example: [bold]ecgzoo convert hybrid1.ecg_images --to litert --int8[/bold]
    """
    options.check_together(data, labels)
    folder, console = resolve(source, runs=runs), Console()
    import_tensorflow()
    import_datasets()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.cli.known_records import given_records, records_of

    preset = read_preset(folder)
    if data is None or labels is None:
        known = records_of(preset)
    else:
        known = given_records(preset, data, labels, sampling_rate, unit or preset.spec.unit)
    name = f"{preset.model}{'.int8' * int8}{SUFFIXES[to]}"
    with console.status(f"converting, then running it in {to.value}"), closed_stderr():
        converted = _converted(folder, to, int8, output or Path("exported") / name, known)
    console.print(_table(converted, known))


def _converted(
    folder: Path, to: RuntimeName, int8: bool, path: Path, known: KnownRecords | None
) -> Converted:
    from ecgzoo.exporting.runtimes.formats import export_litert, export_onnx

    compared = known.compared if known else None
    if to is RuntimeName.litert:
        return export_litert(folder, path, int8, compared)
    return export_onnx(folder, path, _ranging(folder, known) if int8 else None, compared)


def _ranging(folder: Path, known: KnownRecords | None) -> np.ndarray:
    if known is None:
        raise ValueError(
            f"int8 for onnx takes its ranges from records, and {folder} names none: it was tuned "
            "on records of your own. Name some with --data and --labels, or choose --to litert"
        )
    return known.ranging


def _table(converted: Converted, known: KnownRecords | None) -> Table:
    leak = known.leak if known else None
    table = Table(show_header=False, caption=shown_name(leak) if leak else None)
    table.add_row("file", shown_name(str(converted.path)))
    table.add_row("described in", shown_name(str(converted.description)))
    table.add_row("size", f"{converted.path.stat().st_size / 1e6:.2f} MB")
    table.add_row("takes", shown_name(f"the {converted.inputs}"))
    if converted.reason:
        table.add_row("not converted", escape(converted.reason))
    table.add_row("difference from Keras in float32", f"{converted.difference:.1g}")
    if known and (found := converted.agreement):
        of = f"on {found.records} {known.kind}"
        table.add_row(f"difference {of}", f"{found.difference:.2g}")
        table.add_row(f"labels changed {of}", str(found.changed))
        if found.accuracy:
            before, after = found.accuracy
            table.add_row(f"accuracy {of}", f"{after:.3f} (Keras {before:.3f})")
    return table
