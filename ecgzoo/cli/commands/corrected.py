"""The command `corrected`: records that one model had wrong and another right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    pass


def corrected(
    baseline: Annotated[Path, typer.Argument(help="Folder of a model's finished folds.")],
    other: Annotated[Path, typer.Argument(help="The same of the model that corrects it.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("corrected"),
    most: Annotated[int, typer.Option(min=0, help="How many records are drawn.")] = 6,
    method: Annotated[str, typer.Option(help="What colours the traces.")] = "saliency",
    domain: Annotated[str, typer.Option(help="Drawn below, with Grad-CAM.")] = "time_frequency",
) -> None:
    """Draw records that the first model gets wrong and the second right, and count both ways.

    Not of several labels at once, where a record may be right in some and wrong in others.

    Example: [bold]ecgzoo corrected runs/grouped-traces-seed0/{cnn1d,hybrid1}[/bold]
    """
    import_tensorflow()
    import_datasets()
    from ecgzoo.report.sections.explanations import draw_corrected

    console = Console()
    with console.status(f"explaining what {other.name} corrects"):
        found, pictures = draw_corrected(baseline, other, out, most, method, domain)
    console.print(f"{baseline.name} to {other.name}: {found}")
    for path in pictures:
        console.print(f"written: {path}", soft_wrap=True, markup=False, highlight=False)
