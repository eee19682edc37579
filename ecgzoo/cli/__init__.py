"""The command line: parses, calls, prints. TensorFlow waits until a command needs it."""

import importlib
import inspect
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Annotated, TextIO

import typer

from ecgzoo.errors import DataWarning, PartsError, PartsWarning, sentence_of
from ecgzoo.parts import load_parts
from ecgzoo.quiet import import_tensorflow
from ecgzoo.version import __version__

app = typer.Typer(
    name="ecgzoo",
    help="A Keras model zoo for ECGs: time, frequency and time-frequency domains, fused.",
    epilog="Research software, not a diagnostic device.",
    no_args_is_help=True,
    invoke_without_command=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def every_command(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True)
    ] = False,
    parts: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Your own domains, encoders, fusions and models: a .py file, or a module's dotted "
            "name. For every command, before it or after; may be repeated. "
            "Example: [bold]ecgzoo train mine --parts my_parts.py[/bold]",
        ),
    ] = None,
) -> None:
    """A Keras model zoo for ECGs: time, frequency and time-frequency domains, fused."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if parts:
        import_tensorflow()  # most parts import Keras, and it would print
    for source in parts or ():
        load_parts(source)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


# In the order of the help: modules of `commands`, each with a function of its name; or of another.
COMMANDS = (
    "list_",
    "describe",
    "datasets",
    "prepare",
    "inspect_",
    "digitise",
    "evaluate_pages",
    "train",
    "pretrain",
    "finetune",
    "evaluate",
    "predict",
    "predict_many",
    "app_",
    "embed",
    "explain",
    "export",
    "versions",
    "versions:promote",
    "versions:rollback",
    "versions:prune",
    "verify",
    "convert",
    "corrected",
    "reproduce",
    "compare",
    "compare_predictions",
    "study",
    "missing",
    "report",
    "complementarity",
    "ablate",
    "preset",
    "make_preset",
    "train_digitiser",
    "card",
    "push",
)


def help_of(command: Callable[..., None]) -> str:
    r"""A command's docstring with each paragraph in one line, which the terminal wraps.

    Example:
        >>> def ask() -> None:
        ...     '''Ask.
        ...
        ...     A line that
        ...     goes on.
        ...     '''
        >>> help_of(ask)
        'Ask.\n\nA line that goes on.'
    """
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


for _command in COMMANDS:
    _module, _, _name = _command.partition(":")
    _found = getattr(importlib.import_module(f"ecgzoo.cli.commands.{_module}"), _name or _module)
    app.command(_found.__name__.rstrip("_").replace("_", "-"), help=help_of(_found))(_found)


def parts_first(arguments: list[str]) -> list[str]:
    """Moves ``--parts FILE`` before the command, where it is an option of all commands.

    Raises:
        PartsError: if no file follows.

    Example:
        >>> parts_first(["train", "mine", "--parts", "mine.py", "--fold", "1"])
        ['--parts', 'mine.py', 'train', 'mine', '--fold', '1']
    """
    first, others, words = [], [], iter(arguments)
    for word in words:
        if word == "--":
            others += [word, *words]
        elif word == "--parts":
            first += [word, _following(words)]
        else:
            (first if word.startswith("--parts=") else others).append(word)
    return [*first, *others]


def _following(words: Iterator[str]) -> str:
    for word in words:
        return word
    raise PartsError("--parts is followed by nothing: expected a .py file, or a module's name")


_as_usual = warnings.showwarning


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning on parts or data as a sentence, like an error; others as Python shows them."""
    if issubclass(category, (PartsWarning, DataWarning)):
        typer.secho(f"warning: {message}", fg="yellow", err=True)
    else:
        _as_usual(message, category, filename, lineno, file, line)


def main() -> None:
    """Runs the command line; an expected error is a sentence on standard error and exit code 1.

    With ``ECGZOO_DEBUG=1`` the traceback is shown instead.
    """
    warnings.showwarning = _show
    try:
        app(parts_first(sys.argv[1:]))
    except Exception as error:
        said = sentence_of(error)
        if said is None or os.environ.get("ECGZOO_DEBUG"):
            raise
        typer.secho(f"error: {said}", fg="red", err=True)
        sys.exit(1)
