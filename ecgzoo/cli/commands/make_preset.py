"""The command `make-preset`: a shipped preset again, from its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.cross_validation import train_with_bar
from ecgzoo.cli.options import Jobs, RunsFolder
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.artifact.preset import Preset
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run


PRESET_RUNS, MADE = Path("runs/presets"), Path("runs/presets/made")


def make_preset(
    name: Annotated[str, typer.Argument(help="A shipped preset, such as hybrid1.ecg_images.")],
    fold_seeds: Annotated[
        str | None, typer.Option(help="Seeds of the splits, with commas; by default 10 to 14.")
    ] = None,
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
    import_tensorflow()
    from ecgzoo.artifact.preset import read_preset
    from ecgzoo.artifact.resolution import shipped_presets
    from ecgzoo.training.fit import fit
    from ecgzoo.training.preset_folder import FOLD_SEEDS, preset_recipe, publish_preset

    console, recipe = Console(), preset_recipe(name)
    recipe = replace(recipe, epochs=epochs) if epochs else recipe
    seeds = FOLD_SEEDS if fold_seeds is None else _seeds(fold_seeds)
    folds = [run for seed in seeds for run in _folds(recipe, seed, runs, console, jobs)]
    console.print("the fit on all records")
    last = replace(recipe, final=True)
    final = fit(last, runs / last.run_name, verbose=0)
    folder = publish_preset(folds, final, name.partition(".")[2], root=to)
    presets = {"made now": read_preset(folder)}
    if shipped := shipped_presets().get(name):
        presets["shipped"] = read_preset(shipped)
    console.print(_figures(presets))
    console.print(f"written: {folder}", soft_wrap=True)


def _seeds(listed: str) -> list[int]:
    try:
        return sorted({int(seed) for seed in listed.split(",")})
    except ValueError:
        raise ValueError(f"--fold-seeds takes numbers with commas; got {listed!r}") from None


def _folds(recipe: Recipe, seed: int, runs: Path, console: Console, jobs: int) -> list[Run]:
    from ecgzoo.training.run import Run

    plan = [replace(recipe, fold_seed=seed, fold=fold) for fold in range(recipe.folds)]
    console.print(plan[0].title(recipe.folds))
    train_with_bar(plan, runs, console, jobs)
    return [Run(runs / one.run_name) for one in plan]


def _told(preset: Preset, task: str) -> Mapping[str, Any]:
    """The figures of one of several label sets, or of all classes."""
    return preset.metrics["tasks"][task] if task else preset.metrics


def _figures(presets: dict[str, Preset]) -> Table:
    from ecgzoo.evaluation.bootstrap import shown_interval

    table = Table("", *presets, title="Out-of-fold figures (95% group-bootstrap interval)")
    tasks = next(iter(presets.values())).metrics.get("tasks", {})
    for task in ("", *tasks):
        for metric in ("macro_auc", "macro_f1", "accuracy"):
            told = [_told(one, task)["intervals"].get(metric) for one in presets.values()]
            if all(told):
                table.add_row(f"{task} {metric}".strip(), *map(shown_interval, told))
    digests = [one.weights_sha256[:12] for one in presets.values()]
    table.add_row("SHA-256 of the weights", *digests)
    return table
