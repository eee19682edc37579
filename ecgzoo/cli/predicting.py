"""The command `predict`."""

from __future__ import annotations

import json as encoder
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.asked import Asked, in_folder, on_server
from ecgzoo.cli.options import EXPORTED, ExportedFolder
from ecgzoo.client import Contract, Prediction, mean

DECISION = ("label", "temperature", "thresholds", "fitted", "applied")


def predict(
    file: Annotated[Path, typer.Argument(help="Page (.jpg, .png), .npy, .csv or WFDB record.")],
    model: Annotated[str, typer.Option(help="An exported model's name, or its folder.")] = (
        "hybrid1"
    ),
    exported: ExportedFolder = EXPORTED,
    server: Annotated[
        str | None, typer.Option(help="A TensorFlow Serving server to ask instead of a folder.")
    ] = None,
    sampling_rate: Annotated[
        float | None, typer.Option(help="In Hz; for files that do not say it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Ask an exported model about a page or a signal in millivolts.

    A signal longer than the model's window is cut into overlapping windows, answered one by one and
    overall (the mean).

    Example: [bold]ecgzoo predict record.csv --sampling-rate 500 --model hybrid1[/bold]

    Example: [bold]ecgzoo predict page.png --model hybrid1 --server http://localhost:8501[/bold]
    """
    from ecgzoo.prediction.records import PAGES, check_there, windows_of

    check_there(file)
    asked = in_folder(model, exported) if server is None else on_server(model, server)
    if file.suffix.lower() in PAGES:
        answers, spans = asked.page(file.read_bytes()), ["page"]
    else:
        found = windows_of(file, sampling_rate, asked.spec)
        answers, spans = asked.signals(found.signals), found.spans
    if json:
        typer.echo(encoder.dumps(_content(file, asked, answers, spans), indent=2))
    else:
        Console().print(_table(file, asked, answers, spans))


def _content(
    file: Path, asked: Asked, answers: list[Prediction], spans: list[str]
) -> dict[str, object]:
    overall = mean(answers)
    return {
        "file": str(file),
        "model": asked.where,
        "label": overall.label,
        "probabilities": overall.probabilities,
        "decision": {name: getattr(asked.contract, name) for name in DECISION},
        "windows": [
            {"window": span, "label": one.label, "probabilities": one.probabilities}
            for span, one in zip(spans, answers, strict=True)
        ],
    }


def _table(file: Path, asked: Asked, answers: list[Prediction], spans: list[str]) -> Table:
    title = f"{file.name} by {asked.contract.model} version {asked.version}"
    caption = f"{_decided(asked.contract)}\nResearch software, not a diagnostic device."
    if asked.contract.leaky:
        caption += "\nTrained on copies of its test pages: for comparison only."
    overall = mean(answers)
    table = Table("window", "label", *overall.probabilities, title=title, caption=caption)
    rows = list(zip(spans, answers, strict=True))
    if len(rows) > 1:
        rows.append(("overall", overall))
    for span, one in rows:
        shares = (f"{share:.3f}" for share in one.probabilities.values())
        table.add_row(span, f"[bold]{one.label}[/bold]", *shares)
    return table


def _decided(contract: Contract) -> str:
    """What the label is, and what was fitted that the answers do not have in them."""
    told = [name for name in contract.fitted if name not in contract.applied]
    left = f" Fitted, not applied (see --json): {', '.join(told)}." if told else ""
    return f"The label is the {contract.label} class.{left}"
