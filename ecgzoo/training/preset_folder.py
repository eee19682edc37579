"""publish_preset: finished folds and a final fit as one folder that `build` loads by its tag."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecgzoo.atomic_write import write_json
from ecgzoo.evaluation import classification_metrics, group_bootstrap
from ecgzoo.presets import DESCRIPTION, SHIPPED, WEIGHTS
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Predictions, Run, RunError
from tf_data.splits import PROTOCOLS

METRICS = ("accuracy", "macro_f1")


def publish_preset(
    folds: Sequence[Run],
    final: Run,
    tag: str,
    data: Mapping[str, str],
    root: Path = SHIPPED,
) -> Path:
    """Writes ``<root>/<model>.<tag>/``: the final fit's weights with the folds' figures.

    The final fit has seen every record, so it has no figures of its own. Those in ``preset.json``
    are of the folds' pooled out-of-fold predictions, of models trained by the same recipe on fewer
    records, with intervals by bootstrap of groups.

    Args:
        folds: all folds of one cross-validation.
        final: the run of the same recipe with ``final=True``.
        tag: what ``build(..., weights=tag)`` will call it.
        data: name, licence and citation of the records.
        root: where it is written; by default in the package.

    Returns:
        The folder.

    Raises:
        RunError: if a run has not finished, a fold is missing, the recipes differ, the protocol
            leaks, or the folder is there already. Nothing is written then.
        PresetError: if a file of the final run is damaged.
        ValueError: if the tag is no plain name.
    """
    if not tag.isidentifier():
        raise ValueError(f"expected a tag of letters, digits and underscores; got {tag!r}")
    recipe = _check_recipes(folds, final)
    preset = final.preset()
    folder = Path(root) / f"{preset.model}.{tag}"
    if folder.exists():
        raise RunError(f"{folder} is there already; choose another tag, or remove it first")
    pooled = Predictions.joined([run.predictions() for run in folds])
    preset = replace(preset, metrics=out_of_fold_metrics(pooled, recipe), data=dict(data))
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)  # what a killed run left
    draft.mkdir(parents=True)
    shutil.copyfile(final.folder / WEIGHTS, draft / WEIGHTS)
    write_json(draft / DESCRIPTION, preset.to_dict())
    draft.rename(folder)
    return folder


def out_of_fold_metrics(pooled: Predictions, recipe: Recipe) -> dict[str, Any]:
    """What a preset says of itself: figures, their intervals, and how they were measured."""
    metrics = classification_metrics(pooled.labels, pooled.probabilities, pooled.classes)
    predicted = pooled.probabilities.argmax(axis=1)
    intervals = {
        metric: group_bootstrap(pooled.labels, predicted, pooled.groups, metric).to_dict()
        for metric in METRICS
    }
    return metrics.to_dict() | {
        "intervals": intervals,
        "measured_on": f"out-of-fold predictions of {recipe.folds} folds, not of these weights",
        "protocol": recipe.protocol,
        "fold_seed": recipe.fold_seed,
        "leaky": PROTOCOLS[recipe.protocol].leaky,
    }


def _check_recipes(folds: Sequence[Run], final: Run) -> Recipe:
    """The recipe that all follow, each in its fold."""
    recipe = final.recipe()
    if not recipe.final:
        raise RunError(f"{final.folder} is no final fit; `ecgzoo train --final` makes one")
    for run in folds:
        if replace(run.recipe(), fold=0, final=True) != recipe:
            raise RunError(f"{run.folder} and {final.folder} are of different recipes")
    there = sorted(run.recipe().fold for run in folds)
    if there != list(range(recipe.folds)):
        raise RunError(f"expected each of {recipe.folds} folds once; got folds {there}")
    return recipe
