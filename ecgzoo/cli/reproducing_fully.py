"""`reproduce --full`: the models under every protocol, what the ablation needs, and the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ecgzoo.cli.cross_validating import plan_of, train_with_bar
from ecgzoo.cli.reporting import write_with_bar

if TYPE_CHECKING:
    from ecgzoo.training.recipe import Recipe


ABLATED = "hybrid2"


def with_ablations(plan: list[Recipe]) -> list[Recipe]:
    """A plan with every model that lacks one domain of :data:`ABLATED`, each fold's together."""
    from ecgzoo.training.ablation import lacking

    whole = [recipe for recipe in plan if recipe.model == ABLATED]
    others = [other for one in whole for other in lacking(one).values()]
    every = {recipe.run_name: recipe for recipe in (*plan, *others)}
    return sorted(every.values(), key=lambda recipe: recipe.fold)


def reproduce_fully(
    base: Recipe, models: list[str], runs: Path, to: Path, jobs: int, console: Console
) -> None:
    """Trains what is not trained yet under every protocol, and writes the report.

    Args:
        base: the recipe; its protocol does not count.
        models: names of the models.
        runs: the folder of runs.
        to: the HTML file to write.
        jobs: processes that share the training.
        console: where bars and titles are shown.
    """
    from tf_data.splits import PROTOCOLS

    folders = []
    for protocol in PROTOCOLS:
        recipe = replace(base, protocol=protocol)
        plan = plan_of(recipe, models, recipe.folds)
        if not PROTOCOLS[protocol].leaky and ABLATED in models:
            plan = with_ablations(plan)
        console.print(recipe.title(recipe.folds))
        train_with_bar(plan, runs, console, jobs)
        folders.append(runs / Path(recipe.run_name).parts[0])
    write_with_bar(folders, to, console)
