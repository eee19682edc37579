"""The command line: parses, calls, prints. TensorFlow waits until a command needs it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from typing import Annotated

import typer

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


# In the order of the help: modules of `commands`, each with a function of its name; or of another.
COMMANDS = (
    "list_",
    "describe",
    "train",
    "finetune",
    "evaluate",
    "predict",
    "embed",
    "explain",
    "export",
    "versions",
    "versions:rollback",
    "versions:prune",
    "verify",
    "convert",
    "corrected",
    "reproduce",
    "compare",
    "compare_predictions",
    "missing",
    "report",
    "complementarity",
    "ablate",
    "preset",
    "make_preset",
    "card",
)

for _command in COMMANDS:
    _module, _, _name = _command.partition(":")
    _found = getattr(importlib.import_module(f"ecgzoo.cli.commands.{_module}"), _name or _module)
    app.command(_found.__name__.rstrip("_").replace("_", "-"))(_found)


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
