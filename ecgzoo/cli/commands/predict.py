"""The command `predict`: a model of any kind, asked about a file."""

from __future__ import annotations

import json as encoder
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from ecgzoo.artifact.preset import DESCRIPTION, read_description
from ecgzoo.cli.answers import table
from ecgzoo.cli.dataset_options import listed
from ecgzoo.cli.options import (
    EXPORTED,
    ExportedFolder,
    OtherWindow,
    OwnUnit,
    SomeLeads,
    csv_file,
)
from ecgzoo.cli.outputs import check_outputs
from ecgzoo.cli.reading_page import check_of_page, reading
from ecgzoo.prediction import asked as models
from ecgzoo.prediction.told import Row, Told, caption_of, content, title_of

if TYPE_CHECKING:
    from ecgzoo.prediction.asked import Asked
    from tf_data.open_record import OpenRecord


def predict(
    file: Annotated[
        Path,
        typer.Argument(
            help="A page (.jpg, .png, .heic, .pdf), or a record: WFDB, NumPy, CSV, MATLAB, DICOM, "
            "EDF, BDF, HL7 aECG, GE MUSE, Philips or Schiller XML, SCP-ECG, ISHNE, Parquet."
        ),
    ],
    model: Annotated[
        str,
        typer.Option(help="An exported model's name or folder, a preset's name, a run's folder."),
    ] = "hybrid1",
    exported: ExportedFolder = EXPORTED,
    server: Annotated[
        str | None, typer.Option(help="A TensorFlow Serving server to ask instead of a folder.")
    ] = None,
    sampling_rate: Annotated[
        float | None, typer.Option(help="In Hz; for files that do not say it.")
    ] = None,
    unit: OwnUnit = None,
    leads: SomeLeads = None,
    seconds: OtherWindow = None,
    calibrated: Annotated[
        bool, typer.Option("--calibrated", help="Probabilities with the fitted temperature.")
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            callback=csv_file, help="A .csv to write: a line per window; sums the record up."
        ),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="A .png to write: a strip over time; sums the record up.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Ask a model about a page or a signal, in millivolts unless told otherwise.

    A signal longer than the model's window is cut into overlapping windows, answered one by one and
    overall (the mean). Where the model has thresholds, the classes that reach theirs are named.

    A record of more than ten minutes is summed up: the share of windows by label, and the most
    certain windows. It is read and answered block by block, in the room of a block.

    Example: [bold]ecgzoo predict record.csv --sampling-rate 500 --model hybrid1[/bold]

    Example: [bold]ecgzoo predict record.hea --model hybrid1.ecg_images[/bold]

    Example: [bold]ecgzoo predict watch.csv --model cnn1d.general --leads I --seconds 10[/bold]

    Example: [bold]ecgzoo predict page.png --model hybrid1 --server http://localhost:8501[/bold]

    Example: [bold]ecgzoo predict holter.hea --to windows.csv --picture strip.png[/bold]
    """
    from ecgzoo.prediction.over_time import LONG
    from ecgzoo.prediction.page_file import PageFile
    from ecgzoo.prediction.page_or_record import is_page
    from ecgzoo.prediction.records import check_there, windows_of
    from tf_data.open_record import open_record

    check_there(file)
    check_outputs([file], to=to, picture=picture)
    page = is_page(file)
    if page:
        check_of_page(file, sampling_rate=sampling_rate, unit=unit, leads=leads, seconds=seconds)
    if server is None and (number := models.of_number(model, exported)) is not None:
        if to or picture or calibrated:
            read_description(number / DESCRIPTION).check_classes(
                "what --to, --picture and --calibrated show"
            )
        loading = {"artifact": number, "leads": listed(leads), "seconds": seconds}
        _estimate(file, loading, sampling_rate, unit, json)
        return
    if server is None:
        asked = models.in_folder(model, exported, listed(leads), seconds)
    elif leads is None and seconds is None:
        asked = models.on_server(model, server)
    else:
        raise ValueError("--leads and --seconds are of a model in this process: leave out --server")
    if page:
        if to or picture:
            raise ValueError(
                "--to and --picture are of a record's windows over time, and a page is one: "
                "leave them out, or take --json"
            )
        with reading(file, Console()):
            answers, spans = asked.page(PageFile(file)), ["page"]
    else:
        record = open_record(file, sampling_rate, asked.spec.leads, unit or asked.spec.unit)
        if to or picture or record.seconds > LONG:
            _sum_up(record, asked, calibrated, to, picture, json)
            return
        found = windows_of(file, sampling_rate, asked.spec, unit)
        answers, spans = asked.signals(found.signals), found.spans
    rows = [Row(span, one) for span, one in zip(spans, answers, strict=True)]
    told = Told.of(file, asked, rows, calibrated)
    if json:
        typer.echo(encoder.dumps(content(told), indent=2))
    else:
        Console().print(table(told))


def _estimate(
    file: Path,
    loading: Mapping[str, Any],
    sampling_rate: float | None,
    unit: str | None,
    json: bool,
) -> None:
    from ecgzoo.cli import estimated as shown

    found = shown.estimated(file, loading, sampling_rate, unit)
    if json:
        typer.echo(encoder.dumps(shown.content(file, found), indent=2))
    else:
        Console().print(shown.table(file, found))


def _sum_up(
    record: OpenRecord,
    asked: Asked,
    calibrated: bool,
    to: Path | None,
    picture: Path | None,
    json: bool,
) -> None:
    """Asks about a long record, and shows and writes what is made of the answers."""
    from ecgzoo.cli import long_answers as shown
    from ecgzoo.prediction.over_time import calibrated as tempered
    from ecgzoo.prediction.over_time import rows_of, told_of_windows
    from ecgzoo.report.saved_figure import check_ending
    from ecgzoo.report.timeline_figure import draw_over_time

    if picture is not None:
        check_ending(picture)
    found = shown.asked_with_bar(record, asked)
    told = Told.of(record.path, asked, rows_of(found), calibrated)
    if calibrated:
        found = tempered(found, asked.contract)
    if json:
        typer.echo(encoder.dumps(content(told) | {"summary": found.summary()}, indent=2))
    else:
        console = Console()
        console.print(shown.shares_table(found, escape(title_of(told))))
        console.print(shown.certain_table(found, escape(caption_of(told))))
        console.print(told_of_windows(found), highlight=False)
    if to is not None:
        found.write(to)
    if picture is not None:
        draw_over_time(found, picture, f"{record.path.name} by {asked.contract.model}")
