"""The command `predict`: a model in a folder or on a server, asked about a file."""

from __future__ import annotations

import json as encoder
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ecgzoo.artifact.labels import stable_version
from ecgzoo.cli.answers import Row, Told, caption_of, content, table, title_of
from ecgzoo.cli.options import EXPORTED, ExportedFolder, OwnUnit
from ecgzoo.cli.quiet import import_tensorflow
from ecgzoo.client import Client, Contract, Prediction, ServerError, mean
from ecgzoo.client.refusals import printable
from ecgzoo.exporting.server.publishing import model_folder
from ecgzoo.exporting.server.versions import preset_of

if TYPE_CHECKING:
    import numpy as np

    from ecgzoo.exporting.saved_model.served import Answer
    from ecgzoo.signal_spec import SignalSpec
    from tf_data.open_record import OpenRecord


STABLE = "stable"
NO_LABEL = (400, 404)  # what servers say that have no such label, or no labels at all
LABELLED = "Specific("  # and 404, with this, where a label's version is not loaded
BATCH = 16  # windows in one request: of the longest some megabytes


@dataclass(frozen=True)
class _Asked:
    """A model and how to ask it; what is unfit raises ``ValueError``."""

    contract: Contract
    version: str
    why: str  # this version and no other: its label, where a server was asked
    where: str  # the version's folder or address
    spec: SignalSpec
    signals: Callable[[np.ndarray], list[Prediction]]  # of [batch, samples, leads]
    page: Callable[[bytes], list[Prediction]]


def _in_folder(model: str, exported: Path) -> _Asked:
    """An exported model, loaded into this process."""
    folder = _find_exported(model, exported)
    import_tensorflow()
    from ecgzoo.exporting.saved_model.served import Served
    from ecgzoo.exporting.signatures.signal import contract_of

    served = Served(folder)
    return _Asked(
        Contract.from_dict(contract_of(served.preset)),
        served.folder.name,
        "",
        str(served.folder),
        served.preset.spec,
        lambda signals: _predictions(served.signals(signals)),
        lambda page: _predictions(served.page(page)),
    )


def _on_server(model: str, url: str) -> _Asked:
    """The stable version of a model on a server, or its newest; later requests stay with it."""
    from ecgzoo.signal_spec import SignalSpec

    version, why = _version(url, model)
    client = Client(url, model, version)
    contract = client.contract()
    spec = SignalSpec(
        contract.leads,
        contract.sampling_rate,
        contract.samples,
        contract.unit,
        contract.simultaneous,
    )

    def signals(batch: np.ndarray) -> list[Prediction]:
        rows = [row.astype("<f4").tobytes() for row in spec.check(batch)]
        parts = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        return _answered([one for part in parts for one in client.predict_bytes(part)])

    def page(contents: bytes) -> list[Prediction]:
        if not contract.takes_pages:
            raise ValueError(f"{contract.model} at {client.address} takes signals, not pages")
        return _answered([client.predict_page(contents)])

    return _Asked(contract, str(version), why, client.address, spec, signals, page)


def _version(url: str, model: str) -> tuple[int, str]:
    """What a folder would be asked in, and why: the stable version, or without one the newest.

    A stable version that is not loaded is waited for: a canary beside it is not what was asked for.
    """
    stable, every = Client(url, model, label=STABLE), Client(url, model)
    missing = ""
    try:
        there, why = stable.status(), STABLE
    except ServerError as error:
        if error.code not in NO_LABEL:
            raise
        there, why = every.status(), f"newest; none is labelled {STABLE}"
        missing = f"labelled {STABLE} " if LABELLED in error.came else ""
    loaded = [] if missing else [one.number for one in there if one.available]
    if not loaded:
        raise ServerError(
            f"GET {every.address}",
            f"expected a version of {model} {missing}that can be asked; got "
            f"{', '.join(map(str, there))}",
            "Wait and ask again while it loads; the server prints why one does not load.",
        )
    return max(loaded), why


def _find_exported(model: str, exported: Path) -> Path:
    """The version's folder; TensorFlow, which takes seconds, is not imported for another one."""
    folder = Path(model) if Path(model).is_dir() else model_folder(exported, model)
    version = stable_version(folder)
    preset_of(version)
    return version


def _predictions(answer: Answer) -> list[Prediction]:
    rows = zip(answer.labels, answer.probabilities.tolist(), strict=True)
    return [
        Prediction(dict(zip(answer.classes, row, strict=True)), label, max(row))
        for label, row in rows
    ]


def _answered(predictions: list[Prediction]) -> list[Prediction]:
    for one in predictions:
        if not one.ok:
            raise ValueError(printable(one.status))
    return predictions


def predict(
    file: Annotated[
        Path,
        typer.Argument(
            help="A page (.jpg, .png), or a record: WFDB, NumPy, CSV, MATLAB, DICOM, EDF, BDF, HL7 "
            "aECG, GE MUSE, Philips or Schiller XML, SCP-ECG, ISHNE, Parquet."
        ),
    ],
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
    unit: OwnUnit = None,
    calibrated: Annotated[
        bool, typer.Option("--calibrated", help="Probabilities with the fitted temperature.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="A .csv to write: a line per window; sums the record up.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="A .png to write: a strip over time; sums the record up.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Ask an exported model about a page or a signal, in millivolts unless told otherwise.

    A signal longer than the model's window is cut into overlapping windows, answered one by one and
    overall (the mean). Where the model has thresholds, the classes that reach theirs are named.

    A record of more than ten minutes is summed up: the share of windows by label, and the most
    certain windows. It is read and answered block by block, in the room of a block.

    Example: [bold]ecgzoo predict record.csv --sampling-rate 500 --model hybrid1[/bold]

    Example: [bold]ecgzoo predict page.png --model hybrid1 --server http://localhost:8501[/bold]

    Example: [bold]ecgzoo predict holter.hea --to windows.csv --picture strip.png[/bold]
    """
    from ecgzoo.cli.long_answers import LONG
    from ecgzoo.prediction.records import PAGES, check_there, windows_of
    from tf_data.open_record import open_record

    check_there(file)
    asked = _in_folder(model, exported) if server is None else _on_server(model, server)
    if file.suffix.lower() in PAGES:
        answers, spans = asked.page(file.read_bytes()), ["page"]
    else:
        record = open_record(file, sampling_rate, asked.spec.leads, unit or asked.spec.unit)
        if to or picture or record.seconds > LONG:
            _sum_up(record, asked, calibrated, to, picture, json)
            return
        found = windows_of(file, sampling_rate, asked.spec, unit)
        answers, spans = asked.signals(found.signals), found.spans
    rows = [Row(span, one) for span, one in zip(spans, answers, strict=True)]
    told = _told(file, asked, rows, calibrated)
    if json:
        typer.echo(encoder.dumps(content(told), indent=2))
    else:
        Console().print(table(told))


def _told(file: Path, asked: _Asked, rows: list[Row], calibrated: bool) -> Told:
    overall = Row("overall", mean([row.answer for row in rows]))
    who = asked.contract, asked.version, asked.why, asked.where
    return Told(file, *who, rows, overall, calibrated)


def _sum_up(
    record: OpenRecord,
    asked: _Asked,
    calibrated: bool,
    to: Path | None,
    picture: Path | None,
    json: bool,
) -> None:
    """Asks about a long record, and shows and writes what is made of the answers."""
    from ecgzoo.cli import long_answers as shown
    from ecgzoo.report.saved_figure import check_ending
    from ecgzoo.report.timeline_figure import draw_over_time

    if picture is not None:
        check_ending(picture)
    found = shown.asked_over_time(record, asked.spec, asked.contract, asked.signals)
    told = _told(record.path, asked, shown.rows_of(found), calibrated)
    if calibrated:
        found = shown.calibrated(found, asked.contract)
    if json:
        typer.echo(encoder.dumps(content(told) | {"summary": found.summary()}, indent=2))
    else:
        console = Console()
        console.print(shown.shares_table(found, title_of(told)))
        console.print(shown.certain_table(found, caption_of(told)))
        console.print(shown.told_of_windows(found), highlight=False)
    if to is not None:
        found.write(to)
    if picture is not None:
        draw_over_time(found, picture, f"{record.path.name} by {asked.contract.model}")
