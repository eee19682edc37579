"""The command `preset`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.presets import SHIPPED


def preset(
    runs: Annotated[Path, typer.Argument(help="Folder of one model's runs: fold0, ..., final.")],
    tag: Annotated[str, typer.Option(help="What build(..., weights=TAG) calls it.")],
    to: Annotated[Path, typer.Option(help="Where presets lie.")] = SHIPPED,
) -> None:
    """Make a preset of finished folds and a final fit: its weights with out-of-fold figures.

    `ecgzoo train MODEL --final` makes the final fit, on all records.

    Example: [bold]ecgzoo preset runs/grouped-traces-seed10/hybrid1 --tag ecg_images[/bold]
    """
    from ecgzoo.training.preset_folder import publish_preset
    from ecgzoo.training.run import Run
    from tf_data.ecg_images.source import SOURCE

    folds = [Run(path) for path in sorted(runs.glob("fold*"))]
    folder = publish_preset(folds, Run(runs / "final"), tag, SOURCE, to)
    Console().print(f"written: {folder}")
