"""The command `make-preset`: a shipped preset again, from the recipe to the folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.cross_validating import train_with_bar
from ecgzoo.cli.jobs import share_cores
from ecgzoo.cli.options import Jobs, RunsFolder
from ecgzoo.cli.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.presets import Preset
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run

PRESET_RUNS, MADE = Path("runs/presets"), Path("runs/presets/made")
SEEDS = "10,11,12,13,14"


def make_preset(
    name: Annotated[str, typer.Argument(help="A shipped preset, such as hybrid1.ecg_images.")],
    fold_seeds: Annotated[str, typer.Option(help="Seeds of the splits, with commas.")] = SEEDS,
    epochs: Annotated[int | None, typer.Option(help="Fewer than the recipe's, to try.")] = None,
    jobs: Jobs = 1,
    runs: RunsFolder = PRESET_RUNS,
    to: Annotated[Path, typer.Option(help="Where the preset's folder is written.")] = MADE,
) -> None:
    """Make a shipped preset again: folds for its figures, a fit on all records for its weights.

    What is trained already is not trained again. Nothing in the package is overwritten: the folder
    is written elsewhere, and its figures are shown beside those of the shipped preset.

    Example: [bold]ecgzoo make-preset hybrid1.ecg_images --jobs 2[/bold]

    Example: [bold]ecgzoo make-preset cnn1d.ecg_images --fold-seeds 10 --epochs 5[/bold]
    """
    share_cores(jobs)
    from ecgzoo.training.preset_recipes import preset_recipe

    recipe = preset_recipe(name)
    recipe = replace(recipe, epochs=epochs) if epochs else recipe
    import_tensorflow()
    from ecgzoo.presets import SHIPPED, read_preset
    from ecgzoo.training.preset_folder import publish_preset
    from tf_data.ecg_images.source import SOURCE

    console = Console()
    folds = [run for seed in _seeds(fold_seeds) for run in _fold(recipe, seed, runs, console, jobs)]
    final = _final(recipe, runs, console)
    folder = publish_preset(folds, final, name.partition(".")[2], SOURCE, to)
    presets = {"made now": read_preset(folder)}
    if (SHIPPED / name).is_dir():
        presets["shipped"] = read_preset(SHIPPED / name)
    console.print(_figures(presets))
    console.print(f"written: {folder}", soft_wrap=True)


def _seeds(listed: str) -> list[int]:
    try:
        return sorted({int(seed) for seed in listed.split(",")})
    except ValueError:
        raise ValueError(f"--fold-seeds takes numbers with commas; got {listed!r}") from None


def _fold(recipe: Recipe, seed: int, runs: Path, console: Console, jobs: int) -> list[Run]:
    from ecgzoo.training.run import Run

    plan = [replace(recipe, fold_seed=seed, fold=fold) for fold in range(recipe.folds)]
    console.print(plan[0].title(recipe.folds))
    train_with_bar(plan, runs, console, jobs)
    return [Run(runs / one.run_name) for one in plan]


def _final(recipe: Recipe, runs: Path, console: Console) -> Run:
    from ecgzoo.training.fit import fit

    recipe = replace(recipe, final=True)
    console.print("the fit on all records")
    return fit(recipe, runs / recipe.run_name, verbose=0)


def _figures(presets: dict[str, Preset]) -> Table:
    table = Table("", *presets, title="Out-of-fold figures (95% group-bootstrap interval)")
    for metric in ("macro_f1", "accuracy"):
        found = [one.metrics["intervals"][metric] for one in presets.values()]
        shown = [f"{one['estimate']:.3f} ({one['low']:.3f} to {one['high']:.3f})" for one in found]
        table.add_row(metric, *shown)
    digests = [one.weights_sha256[:12] for one in presets.values()]
    table.add_row("SHA-256 of the weights", *digests)
    return table
