"""The command `app`: a page on this machine to drop an ECG on."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.cli.options import EXPORTED, RUNS, ExportedFolder, RunsFolder
from ecgzoo.errors import MissingExtraError
from ecgzoo.quiet import import_datasets, import_tensorflow

FIRST = "hybrid1.ecg_images"  # what is asked unless another is named


def app_(
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="A model to offer first, as of `predict`; may be repeated. With --server: the "
            "models' names there."
        ),
    ] = None,
    exported: ExportedFolder = EXPORTED,
    runs: RunsFolder = RUNS,
    server: Annotated[
        str | None, typer.Option(help="A TensorFlow Serving server whose models are offered too.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 8765,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Open a page to drop an ECG on: it is drawn, answered and explained. Stop it with Ctrl+C.

    The page is for this machine alone and loads nothing from elsewhere. Files stay in memory.

    Example: [bold]ecgzoo app[/bold]

    Example: [bold]ecgzoo app --model hybrid2.ecg_images --port 0 --no-open[/bold]
    """
    console = Console()
    _check_installed()
    with console.status("loading"):
        import_tensorflow()
        import_datasets()
        from ecgzoo.app import Models, serve
        from ecgzoo.app.files_in_memory import in_memory
        from ecgzoo.app.models import choices

        named = model or ([] if server else [FIRST])
        models = Models(choices(named, exported, runs, server))
    if not in_memory():
        console.print("There is no /dev/shm: what is dropped is on the disk while it is read.")
    serve(models, port, lambda address: console.print(f"Open {address}", highlight=False), open_)


def _check_installed() -> None:
    if importlib.util.find_spec("starlette") is None or importlib.util.find_spec("uvicorn") is None:
        raise MissingExtraError.of("the page is served", "Starlette", "app")
