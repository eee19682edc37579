"""The command `inspect`: what a record holds, before a model is asked about it."""

from __future__ import annotations

import json as encoder
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track

from ecgzoo.cli.dataset_options import listed
from ecgzoo.cli.options import OwnRate, OwnUnit

if TYPE_CHECKING:
    from tf_data.inspection.inspection import Inspection
    from tf_data.open_record import OpenRecord


def inspect_(
    records: Annotated[
        list[Path], typer.Argument(help="A record, several, or a folder of records.")
    ],
    picture: Annotated[
        Path | None, typer.Option(help="A .png or .svg to write: ten seconds on ECG paper.")
    ] = None,
    start: Annotated[float, typer.Option(min=0, help="Where they begin, in seconds.")] = 0.0,
    leads: Annotated[
        str | None, typer.Option(help="Those to look at, such as I,II,V5; or what they are called.")
    ] = None,
    sampling_rate: OwnRate = None,
    unit: OwnUnit = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Say what was read of a record, what was assumed, and what is odd about it.

    Leads, rate, unit, the converter's step, length, range, gaps, Einthoven's law, flat and clipped
    leads, mains hum, a pacemaker's spikes. Of several records a table with a line for each.

    Example: [bold]ecgzoo inspect record.hea --picture record.png[/bold]

    Example: [bold]ecgzoo inspect records --json[/bold]
    """
    from ecgzoo.cli.inspected import facts_table, leads_table, records_table
    from tf_data.inspection.inspection import inspected
    from tf_data.open_record import open_record

    wanted = listed(leads)
    if records[0].is_dir() or len(records) > 1:
        if picture is not None:
            raise ValueError("--picture shows one record: name its file")
        found = _each(records, sampling_rate, wanted, unit)
        if json:
            typer.echo(encoder.dumps([_told(path, one) for path, one in found], indent=2))
        else:
            Console().print(records_table(found))
        return
    record = open_record(records[0], sampling_rate, wanted, unit or "mV")
    if picture is not None:
        _draw(record, picture, start)
    one = inspected(record, unit_known=unit is not None)
    if json:
        typer.echo(encoder.dumps(one.to_dict(), indent=2))
        return
    console = Console()
    for table in (facts_table(one), leads_table(one)):
        console.print(table)
    for mark, sentences in (("note", one.notes), ("warning", one.warnings)):
        for sentence in sentences:
            console.print(f"{mark}: {sentence}", highlight=False, markup=False)


def _each(
    records: list[Path], rate: float | None, leads: list[str] | None, unit: str | None
) -> list[tuple[Path, Inspection | str]]:
    """What each holds, or in a sentence why it cannot be read."""
    from ecgzoo.errors import EcgzooError
    from tf_data.formats.formats import records_in
    from tf_data.inspection.inspection import inspect_record

    files = [file for one in records for file in (records_in(one) if one.is_dir() else [one])]
    if not files:
        raise FileNotFoundError(f"{', '.join(map(str, records))} holds no record")
    found: list[tuple[Path, Inspection | str]] = []
    for file in track(files, "inspecting", console=Console(stderr=True), transient=True):
        try:
            found.append((file, inspect_record(file, rate, leads, unit)))
        except (EcgzooError, OSError) as error:
            found.append((file, str(error)))
    return found


def _told(path: Path, found: Inspection | str) -> dict[str, object]:
    return {"file": str(path), "error": found} if isinstance(found, str) else found.to_dict()


def _draw(record: OpenRecord, picture: Path, start: float) -> None:
    from ecgzoo.report.ecg_paper import draw_record
    from ecgzoo.report.saved_figure import check_ending

    check_ending(picture)
    draw_record(record, picture, start)
