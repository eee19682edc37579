"""The command `predict`."""

from __future__ import annotations

import json as encoder
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.options import EXPORTED, ExportedFolder
from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.registry import UnknownNameError, unknown

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.export.served import Answer, Served

PAGES = (".jpg", ".jpeg", ".png")


def predict(
    file: Annotated[Path, typer.Argument(help="Page (.jpg, .png), .npy, .csv or WFDB record.")],
    model: Annotated[str, typer.Option(help="An exported model's name, or its folder.")] = (
        "hybrid1"
    ),
    exported: ExportedFolder = EXPORTED,
    sampling_rate: Annotated[
        float | None, typer.Option(help="In Hz; for files that do not say it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Ask an exported model about a page or a signal in millivolts.

    A signal longer than the model's window is cut into overlapping windows, answered one by one and
    overall (the mean).

    Example: [bold]ecgzoo predict record.csv --sampling-rate 500 --model hybrid1[/bold]
    """
    if not file.exists() and not file.with_name(file.name + ".hea").exists():
        raise FileNotFoundError(f"no file {file}")
    folder = _find_exported(model, exported)
    import_tensorflow()
    from ecgzoo.export.served import Served

    served = Served(folder)
    if file.suffix.lower() in PAGES:
        answer, spans = served.page(file.read_bytes()), ["page"]
    else:
        cut, spans = _windows(file, sampling_rate, served)
        answer = served.signals(cut)
    if json:
        typer.echo(encoder.dumps(_content(file, served, answer, spans), indent=2))
    else:
        Console().print(_table(file, served, answer, spans))


def _find_exported(model: str, exported: Path) -> Path:
    if Path(model).is_dir():
        return Path(model)
    if not (exported / model).is_dir():
        there = [path.name for path in exported.glob("*") if path.is_dir()]
        if there:
            raise UnknownNameError(unknown("exported model", model, there))
        raise FileNotFoundError(f"{exported} holds no exported version; `make demo` writes some")
    return exported / model


def _windows(file: Path, rate: float | None, served: Served) -> tuple[np.ndarray, list[str]]:
    from tf_data.records import read_record
    from tf_data.resampling import resample, window_starts, windows

    spec = served.preset.spec
    signal, info = read_record(file, rate, spec.leads, spec.unit)
    signal = resample(signal, info.sampling_rate, spec.sampling_rate)
    starts = (i / spec.sampling_rate for i in window_starts(len(signal), spec.samples))
    spans = [f"{start:.1f}-{start + spec.seconds:.1f} s" for start in starts]
    return windows(signal, spec.samples), spans


def _content(file: Path, served: Served, answer: Answer, spans: list[str]) -> dict[str, object]:
    overall = answer.overall
    rows = zip(spans, answer.labels, answer.probabilities.tolist(), strict=True)
    return {
        "file": str(file),
        "model": str(served.folder),
        "label": overall.labels[0],
        "probabilities": dict(zip(answer.classes, overall.probabilities[0].tolist(), strict=True)),
        "windows": [
            {
                "window": span,
                "label": label,
                "probabilities": dict(zip(answer.classes, row, strict=True)),
            }
            for span, label, row in rows
        ],
    }


def _table(file: Path, served: Served, answer: Answer, spans: list[str]) -> Table:
    title = f"{file.name} by {served.preset.model} version {served.folder.name}"
    caption = "Research software, not a diagnostic device."
    if served.preset.metrics.get("leaky"):
        caption += "\nTrained on copies of its test pages: for comparison only."
    table = Table("window", "label", *answer.classes, title=title, caption=caption)
    rows = list(zip(spans, answer.labels, answer.probabilities, strict=True))
    if len(rows) > 1:
        overall = answer.overall
        rows.append(("overall", overall.labels[0], overall.probabilities[0]))
    for span, label, row in rows:
        table.add_row(span, f"[bold]{label}[/bold]", *(f"{share:.3f}" for share in row))
    return table
