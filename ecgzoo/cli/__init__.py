"""The command line: parses, calls, prints. TensorFlow waits until a command needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from ecgzoo.cli.commands import ablate as ablating
from ecgzoo.cli.commands import card as carding
from ecgzoo.cli.commands import compare as comparing
from ecgzoo.cli.commands import compare_predictions as comparing_predictions
from ecgzoo.cli.commands import complementarity as complementing
from ecgzoo.cli.commands import convert as converting
from ecgzoo.cli.commands import corrected as correcting
from ecgzoo.cli.commands import evaluate as evaluating
from ecgzoo.cli.commands import explain as explaining
from ecgzoo.cli.commands import export as exporting
from ecgzoo.cli.commands import finetune as finetuning
from ecgzoo.cli.commands import list_ as models
from ecgzoo.cli.commands import make_preset as making_preset
from ecgzoo.cli.commands import missing as missing_parts
from ecgzoo.cli.commands import predict as predicting
from ecgzoo.cli.commands import preset as presetting
from ecgzoo.cli.commands import report as reporting
from ecgzoo.cli.commands import reproduce as reproducing
from ecgzoo.cli.commands import train as training
from ecgzoo.cli.commands import verify as verifying
from ecgzoo.cli.commands import versions as versioning
from ecgzoo.version import __version__

app = typer.Typer(
    name="ecgzoo",
    help="A Keras model zoo for ECGs: time, frequency and time-frequency domains, fused.",
    epilog="Research software, not a diagnostic device.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True)
    ] = False,
) -> None:
    """A Keras model zoo for ECGs: time, frequency and time-frequency domains, fused."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


for command in (
    models.list_,
    models.describe,
    training.train,
    finetuning.finetune,
    evaluating.evaluate,
    exporting.export,
    versioning.versions,
    versioning.rollback,
    versioning.prune,
    verifying.verify,
    converting.convert,
    predicting.predict,
    explaining.explain,
    correcting.corrected,
    reproducing.reproduce,
    comparing.compare,
    comparing_predictions.compare_predictions,
    missing_parts.missing,
    reporting.report,
    complementing.complementarity,
    ablating.ablate,
    presetting.preset,
    making_preset.make_preset,
    carding.card,
):
    app.command(command.__name__.rstrip("_").replace("_", "-"))(command)


def main() -> None:
    """Runs the command line; an expected error is a sentence on standard error and exit code 1.

    With ``ECGZOO_DEBUG=1`` the traceback is shown instead.
    """
    try:
        app()
    except (ValueError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        if os.environ.get("ECGZOO_DEBUG"):
            raise
        typer.secho(f"error: {error}", fg="red", err=True)
        sys.exit(1)
