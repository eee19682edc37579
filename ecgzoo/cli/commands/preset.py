"""The command `preset`: finished folds as a folder that `build` loads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ecgzoo.artifact.resolution import SHIPPED

if TYPE_CHECKING:
    pass


def preset(
    runs: Annotated[
        list[Path],
        typer.Argument(help="Folder of one model's runs: fold0, ...; one per fold seed."),
    ],
    tag: Annotated[str, typer.Option(help="What build(..., weights=TAG) calls it.")],
    final: Annotated[
        Path | None, typer.Option(help="The final fit; else the folder 'final' of the runs.")
    ] = None,
    to: Annotated[Path, typer.Option(help="Where presets lie.")] = SHIPPED,
) -> None:
    """Make a preset of finished folds and a final fit: its weights with out-of-fold figures.

    `ecgzoo train MODEL --final` makes the final fit, on all records. Name the folders of several
    cross-validations that differ in the fold seed alone for each seed's figures, mean and spread.
    Licence and citation are those of the data set that the runs' recipe names.

    Example: [bold]ecgzoo preset runs/grouped-traces-seed10/hybrid1 --tag ecg_images[/bold]
    """
    from ecgzoo.training.preset_folder import publish_preset
    from ecgzoo.training.run import Run

    folds = [Run(path) for folder in runs for path in sorted(folder.glob("fold*"))]
    folder = publish_preset(folds, Run(final or _final_of(runs)), tag, root=to)
    Console().print(f"written: {folder}", soft_wrap=True)


def _final_of(runs: list[Path]) -> Path:
    found = [path for folder in runs if (path := folder / "final").is_dir()]
    if len(found) != 1:
        listed = ", ".join(map(str, found)) or "none"
        raise ValueError(
            f"expected one final fit beside the folds; got {listed}. `ecgzoo train --final` makes "
            "one; of several, name one with --final"
        )
    return found[0]
