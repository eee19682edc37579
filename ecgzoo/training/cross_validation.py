"""Cross-validation: several models over several folds, and their out-of-fold predictions."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import keras

from ecgzoo.training.fit import dataset_of, fit
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Predictions, Run

Progress = Callable[[Recipe], None]


def recipes(
    recipe: Recipe, models: Iterable[str], folds: Iterable[int] | None = None
) -> Iterator[Recipe]:
    """The recipe for every model and every fold (default: all of the recipe's).

    Example:
        >>> plan = recipes(Recipe("cnn1d", folds=2), ["cnn1d", "hybrid1"])
        >>> [(one.model, one.fold) for one in plan]
        [('cnn1d', 0), ('cnn1d', 1), ('hybrid1', 0), ('hybrid1', 1)]
    """
    chosen = list(range(recipe.folds) if folds is None else folds)
    for model in models:
        for fold in chosen:
            yield replace(recipe, model=model, fold=fold)


def cross_validate(
    plan: Sequence[Recipe], root: Path, progress: Progress | None = None
) -> dict[str, Predictions]:
    """Trains what is not trained yet and joins each model's predictions over its folds.

    Args:
        plan: recipes, such as of :func:`recipes`; they share their data set.
        root: the folder of runs; each run lies at its ``run_name`` below.
        progress: called before each run.

    Returns:
        Out-of-fold predictions by model.

    Raises:
        RunError: if a run's folder holds a run of another recipe.
        OversamplingError: if a training part cannot be oversampled as asked.
    """
    dataset = None
    parts: dict[str, list[Predictions]] = {}
    for recipe in plan:
        if progress:
            progress(recipe)
        run = Run(root / recipe.run_name)
        if not run.finished:
            dataset = dataset_of(recipe) if dataset is None else dataset
        fit(recipe, run.folder, dataset, verbose=0)
        _forget_models()
        parts.setdefault(recipe.model, []).append(run.predictions())
    return {model: Predictions.joined(several) for model, several in parts.items()}


def _forget_models() -> None:
    """Frees the memory of finished runs: Keras keeps graphs, and they keep the cached domains."""
    keras.utils.clear_session()
    gc.collect()
