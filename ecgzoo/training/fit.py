"""fit: one recipe, from data set to a finished run's folder."""

from __future__ import annotations

from pathlib import Path

import keras
import tensorflow as tf

from ecgzoo.training.job import Job
from ecgzoo.training.out_of_fold import combiner_of, out_of_fold
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import SignalDataset, load
from tf_data.domain_cache import DomainCache


def fit(
    recipe: Recipe,
    folder: Path,
    dataset: SignalDataset | None = None,
    verbose: str | int = "auto",
    cache: DomainCache | None = None,
) -> Run:
    """Trains one model on one fold; killed and called again, it goes on where it was.

    Where a fusion is fitted to out-of-fold answers, the branches are trained on inner folds first:
    see ``ecgzoo.training.out_of_fold``.

    Args:
        recipe: what to do.
        folder: the run's folder.
        dataset: other records than the recipe's.
        verbose: as in Keras' ``fit``.
        cache: where other runs on the same records keep their domains.

    Returns:
        The finished run: ``preset.json`` and ``model.weights.h5`` (the epoch with the lowest
        smoothed validation loss), ``history.json``, ``predictions.csv`` and ``metrics.json`` of
        the test part.

    Raises:
        RunError: if the folder holds a run of another recipe.
        RunBusyError: if another process trains in it.
        OversamplingError: if the training part cannot be oversampled as asked.
    """
    run = Run(folder)
    run.check(recipe)
    if run.finished:
        return run
    with run.locked():
        if not run.finished:  # another process may just have done it
            keras.utils.set_random_seed(recipe.seed)
            if recipe.deterministic:
                tf.config.experimental.enable_op_determinism()
            dataset = dataset_of(recipe) if dataset is None else dataset
            job = Job(recipe, run, dataset, cache)
            run.start(recipe)
            combiner = combiner_of(job.core)
            answers = out_of_fold(recipe, run, dataset, verbose) if combiner else None
            job.train(verbose)
            if answers:
                combiner.fit(answers.probabilities, answers.labels)
            job.finish()
    return run


def dataset_of(recipe: Recipe) -> SignalDataset:
    """The records of a recipe's data set."""
    return load(recipe.dataset, **recipe.dataset_options)
