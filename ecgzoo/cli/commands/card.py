"""The command `card`: the model card of a preset or run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    pass


def card(
    preset: Annotated[
        str,
        typer.Argument(help="A name of `ecgzoo list --weights`, or a run's or preset's folder."),
    ],
    to: Annotated[Path | None, typer.Option(help="File to write, such as README.md.")] = None,
) -> None:
    r"""Print the model card of a preset or run, written from its own files.

    Needs huggingface_hub: pip install 'ecgzoo\[hub]'

    Example: [bold]ecgzoo card hybrid1.ecg_images --to README.md[/bold]
    """
    from ecgzoo.files.atomic import write_atomically
    from ecgzoo.report.cards.card import model_card

    text = str(model_card(preset))
    if to is None:
        typer.echo(text)
        return
    write_atomically(to, lambda draft: draft.write_text(text, encoding="utf-8"))
    Console().print(f"written: {to}", soft_wrap=True)
