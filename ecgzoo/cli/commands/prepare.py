"""The command `prepare`: a data set's published files, written once in the form that is loaded."""

import contextlib
import io
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ecgzoo.beam import beam_flags
from ecgzoo.cli.options import BeamFlags
from ecgzoo.quiet import import_datasets, import_tensorflow


def prepare(
    name: Annotated[str, typer.Argument(help="A name of `ecgzoo datasets`.")],
    manual_dir: Annotated[
        Path | None,
        typer.Option(help="Folder of the published files; `ecgzoo datasets NAME` says where from."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder of the versions; else TFDS's of all data sets.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take the records that are there, if not all are.")
    ] = False,
    beam_pipeline_options: BeamFlags = None,
) -> None:
    r"""Prepare a data set once: its published files become what `--dataset NAME` loads.

    It is written in one step at the end: until then, and if it fails, what was there stays.

    Large sets are read by many processes or machines through Apache Beam, if its options are given:
    pip install 'ecgzoo\[beam]'

    Example: [bold]ecgzoo prepare ptb_xl --manual-dir ptb-xl-1.0.3[/bold]
    """
    from tf_data import card_of

    card = card_of(name)  # an unknown name is said at once, without waiting for TensorFlow
    import_tensorflow()
    import_datasets()
    import tensorflow_datasets as tfds

    from tf_data.prepared import size_of
    from tf_data.preparing import prepare_dataset

    tfds.disable_progress_bar()  # there is one bar, and it counts records

    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}")
    bars = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
    with bars as bar, contextlib.redirect_stdout(io.StringIO()):  # TFDS prints as it goes
        total = card.records if card and not partial else None
        task = bar.add_task(name, total=total)
        folder = prepare_dataset(
            name,
            manual_dir,
            output,
            partial,
            lambda count: bar.update(task, completed=count),
            None if beam_pipeline_options is None else beam_flags(beam_pipeline_options),
        )
    typer.echo(f"{folder}: {size_of(folder) / 1e6:.1f} MB")
    if card:
        typer.echo(
            f"Next: ecgzoo train hybrid1 --dataset {name} --labels {card.defaults['labels']}"
        )
