"""A bar over the runs of a cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Predictions
    from tf_data import SignalDataset


def train_with_bar(
    plan: list[Recipe], runs: Path, console: Console, dataset: SignalDataset | None = None
) -> dict[str, Predictions]:
    """Trains what is not trained yet, under a bar that counts the finished runs of all processes.

    Returns:
        Out-of-fold predictions by model.
    """
    from ecgzoo.training.cross_validation import cross_validate
    from ecgzoo.training.run import Run

    folders = [Run(runs / recipe.run_name) for recipe in plan]

    def done() -> int:
        return sum(run.finished for run in folders)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, console=console, speed_estimate_period=3600) as bar:
        task = bar.add_task("training", total=len(plan), completed=done())

        def progress(recipe: Recipe) -> None:
            shown = f"{recipe.model} fold {recipe.fold}"
            bar.update(task, completed=done(), description=shown)

        predictions = cross_validate(plan, runs, progress, dataset)
        bar.update(task, completed=len(plan), description="trained")
    return predictions
