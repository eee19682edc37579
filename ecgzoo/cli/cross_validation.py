"""What the commands that cross-validate share: the plan, its title and caption, and a bar."""

from __future__ import annotations

import contextlib
import multiprocessing
import warnings
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ecgzoo.cli.tables import LEAKS
from ecgzoo.errors import PartsWarning
from ecgzoo.parts import Parts, has_own_parts
from ecgzoo.processes import end_with_parent, say_nothing
from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.artifact.answers import Predictions
    from ecgzoo.training.recipe import Recipe
    from tf_data import SignalDataset


@contextlib.contextmanager
def helpers(
    count: int, plan: list[Recipe], runs: Path, dataset: SignalDataset | None = None
) -> Iterator[list[SpawnProcess]]:
    """Processes that train what of the plan nobody trains, until the block or this process ends.

    They say nothing: what stops one of them is met by the process that goes through the whole plan.
    Parts of the user's own are handed to them; a warning names those that they cannot have.
    """
    # Recipes travel as dictionaries, since to read one is to import TensorFlow, which prints.
    recipes = [recipe.to_dict() for recipe in plan]
    spawn = multiprocessing.get_context("spawn")
    told, tell = spawn.Pipe(duplex=False)
    given = (Parts.of_this_process(), tell, recipes, runs, dataset)
    started = [spawn.Process(target=_help, args=given, daemon=True) for _ in range(count)]
    try:
        for process in started:
            process.start()
        tell.close()
        if started and has_own_parts():
            _warn_of_lacking(told)
        yield started
    finally:
        for process in filter(lambda one: one.pid, started):
            process.terminate()
            process.join()


def _warn_of_lacking(told: Connection) -> None:
    """Waits until a helper has taken the parts over; what one cannot have, no other can."""
    try:
        lacking = told.recv()
    except EOFError:  # they all ended
        return
    if lacking:
        warnings.warn(
            f"the helpers of --jobs lack the {', '.join(lacking)}: what this process alone made "
            "cannot be handed over. Runs that need it are left to this process. Put it in a file "
            "of its own, and pass that by --parts or import it.",
            PartsWarning,
            stacklevel=4,
        )


def _help(
    parts: Parts,
    tell: Connection,
    recipes: list[dict[str, Any]],
    runs: Path,
    dataset: SignalDataset | None,
) -> None:
    end_with_parent()
    say_nothing()
    import tf_data  # noqa: F401 - its table takes entries over too

    tell.send(parts.take_over())
    import_tensorflow()
    from ecgzoo.training.cross_validation import cross_validate
    from ecgzoo.training.recipe import Recipe

    cross_validate([Recipe(**one) for one in recipes], runs, dataset=dataset)


def plan_of(recipe: Recipe, models: list[str], folds: int) -> list[Recipe]:
    """The recipe for the first folds and every model.

    Raises:
        ValueError: if the recipe has not so many folds, or none is asked for.
    """
    from ecgzoo.training.cross_validation import recipes

    check_folds(recipe, folds)
    return list(recipes(recipe, models, range(folds)))


def check_folds(recipe: Recipe, folds: int) -> None:
    """Checks that the recipe has so many folds.

    Raises:
        ValueError: if it has not, or none is asked for.
    """
    if not 1 <= folds <= recipe.test_folds:
        raise ValueError(f"--folds must lie in 1 to {recipe.test_folds}; got {folds}")


def caption_of(recipe: Recipe) -> str:
    """What its protocol keeps apart, or that it leaks."""
    from tf_data.protocols import PROTOCOLS

    protocol = PROTOCOLS[recipe.protocol]
    return LEAKS if protocol.leaky else protocol.description


def overlap_of(plan: list[Recipe], runs: Path) -> str | None:
    """A line on test records that a run's own weights were trained on; None if there are none."""
    from ecgzoo.training.run import Run

    finished = (Run(runs / recipe.run_name) for recipe in plan)
    found = [run.metrics().get("overlap", 0) for run in finished if run.metrics_file.exists()]
    leaking = f"These figures leak: {sum(found)} answers are of records that were trained on."
    return leaking if any(found) else None


def dearest_first(plan: Sequence[Recipe]) -> list[Recipe]:
    """The recipes in the order in which processes share them: of each fold, many domains first.

    They end at nearly one time so, where a long training begun last keeps the others waiting.
    """
    parts = [(recipe.fold_seed, recipe.seed, recipe.fold) for recipe in plan]
    costs = [(parts.index(part), -len(one.domains)) for part, one in zip(parts, plan, strict=True)]
    return [plan[k] for k in sorted(range(len(plan)), key=costs.__getitem__)]


def train_with_bar(
    plan: list[Recipe],
    runs: Path,
    console: Console,
    jobs: int = 1,
    dataset: SignalDataset | None = None,
) -> dict[str, Predictions]:
    """Trains what is not trained yet, under a bar that counts the finished runs of all processes.

    Args:
        plan: what to train.
        runs: the folder of runs.
        console: where the bar is shown.
        jobs: processes that share the work, this one among them.
        dataset: other records than the recipes'.

    Returns:
        Out-of-fold predictions by model.
    """
    from ecgzoo.training.cross_validation import cross_validate
    from ecgzoo.training.run import Run

    folders = [Run(runs / recipe.run_name) for recipe in plan]

    def done() -> int:
        return sum(run.finished for run in folders)

    if dataset is None and done() < len(plan):
        import_datasets()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, console=console, speed_estimate_period=3600) as bar:
        task = bar.add_task("training", total=len(plan), completed=done())

        def progress(recipe: Recipe) -> None:
            shown = f"{recipe.model} fold {recipe.fold}"
            bar.update(task, completed=done(), description=shown)

        order = plan if jobs < 2 else dearest_first(plan)
        with helpers(min(jobs, len(plan) - done()) - 1, order, runs, dataset):
            predictions = cross_validate(order, runs, progress, dataset)
        bar.update(task, completed=len(plan), description="trained")
    return {recipe.name: predictions[recipe.name] for recipe in plan}
