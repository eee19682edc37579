"""The command `predict-many`: a model asked about millions of files, through Apache Beam."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecgzoo.beam import beam_flags, check_beam
from ecgzoo.cli.answers import shown_name
from ecgzoo.cli.options import BeamFlags, OwnRate, OwnUnit
from ecgzoo.cli.tables import console_of
from ecgzoo.quiet import closed_stderr, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.prediction.many.predict_many import ManyAnswers


INT = "<int>"  # "<int range>" leaves no room for the longest option's name


def predict_many(
    pattern: Annotated[
        str,
        typer.Argument(
            help="A folder, or a pattern in quotes, such as 'records/**/*.hea': records of any "
            "format, or pages."
        ),
    ],
    model: Annotated[
        str, typer.Option(help="A preset, a run's or exported version's folder, or a model.")
    ],
    to: Annotated[Path, typer.Option(help="Folder of the answers, new or begun before.")],
    what: Annotated[
        str,
        typer.Option(help="'predict', 'embed', or 'trace' (the millivolts of pages)."),
    ] = "predict",
    workers: Annotated[
        int, typer.Option(min=1, metavar=INT, help="Processes of this machine.")
    ] = 1,
    shard: Annotated[
        int, typer.Option(min=1, metavar=INT, help="Records in a file of answers.")
    ] = 1000,
    sampling_rate: OwnRate = None,
    unit: OwnUnit = None,
    beam_pipeline_options: BeamFlags = None,
) -> None:
    r"""Answer millions of records or pages: a line of Parquet for each, or its error.

    Killed and started again, it goes on where it was. Needs Apache Beam, which also runs it on many
    machines: pip install 'ecgzoo\[beam]'

    Example: [bold]ecgzoo predict-many 'records/**/*.hea' --model hybrid1.ecg_images --to answers
    --workers 2[/bold]
    """
    from ecgzoo.prediction.many.predict_many import WHAT
    from ecgzoo.prediction.many.predict_many import predict_many as answer

    check_beam(WHAT)  # before TensorFlow, which takes seconds
    flags = beam_flags(beam_pipeline_options)
    if workers == 1:  # else only the workers ask the model
        import_tensorflow()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with (
        _own_stderr() as console,
        contextlib.nullcontext() if flags else closed_stderr(),  # Beam tells much of itself
        Progress(
            *columns,
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as bar,
    ):
        task = bar.add_task("records", total=None)
        found = answer(
            pattern,
            model,
            to,
            what=what,
            workers=workers,
            shard=shard,
            sampling_rate=sampling_rate,
            unit=unit,
            beam_options=flags,
            progress=lambda done, records: bar.update(task, completed=done, total=records),
        )
    _show(found, model)


@contextlib.contextmanager
def _own_stderr() -> Iterator[Console]:
    """A console on standard error that stays open while that is closed for all others."""
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as stream:
        yield Console(file=stream)


def _show(found: ManyAnswers, model: str) -> None:
    counted, console = found.counted, console_of(100)
    table = Table("", "records", title=f"{shown_name(str(found.folder))} by {shown_name(model)}")
    table.add_row("records", f"{counted.records:,}")
    table.add_row("errors", f"{counted.errors:,}")
    if counted.labels:
        table.add_section()
        for label, count in counted.labels.items():
            table.add_row(shown_name(label), f"{count:,}")
    console.print(table)
    speed = f", {found.per_second:,.0f} a second" if found.answered else ""
    before = counted.records - found.answered
    there = f"; {before:,} were answered before" if before else ""
    told = f"{found.answered:,} records in {found.seconds:,.1f} s{speed}{there}."
    console.print(told, highlight=False, soft_wrap=True)
    if counted.first_error:
        record, why = map(shown_name, counted.first_error)
        console.print(f"First error: {record}: {why}", highlight=False, soft_wrap=True)
    console.print("Research software, not a diagnostic device.", highlight=False)
