"""fit: one recipe, from data set to a finished run's folder."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.files.atomic import write_atomically
from ecgzoo.training.checkpoint import RECORDS, check_same, seeded
from ecgzoo.training.devices import current
from ecgzoo.training.job import Job
from ecgzoo.training.provenance import digest_with_groups
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import check_records, split_of
from ecgzoo.training.run import Run
from tf_data import OWN, SignalDataset, load
from tf_data.domain_cache import DomainCache

INNER_FOLDS = 2


@dataclass(frozen=True, eq=False)
class BranchAnswers:
    """What the branches answered for records that they were not trained on.

    Attributes:
        names: ``[n]`` where each record came from.
        groups: ``[n]`` group of each record.
        labels: int ``[n]``.
        probabilities: float ``[n, domains, classes]``.
    """

    names: np.ndarray
    groups: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    def write(self, path: Path, records: str) -> None:
        """Writes an ``.npz`` file, with the digest of the records that were asked for."""
        arrays: dict[str, Any] = {**vars(self), RECORDS: records}
        write_atomically(path, lambda draft: np.savez(draft, **arrays))

    @classmethod
    def read(cls, *paths: Path) -> BranchAnswers:
        """Reads files that :meth:`write` wrote, one after another."""
        parts = []
        for path in paths:
            with np.load(path) as saved:
                parts.append({name: saved[name] for name in saved.files})
        columns = {one.name: [part[one.name] for part in parts] for one in fields(cls)}
        return cls(**{name: np.concatenate(several) for name, several in columns.items()})


def combiner_of(core: keras.Model) -> Any:
    """The layer that joins a core's branches, if it is one that must be fitted; else None."""
    insides = getattr(core, "insides", None)
    if insides is None or not insides.branches:
        return None
    fitted = (one for one in core.layers if hasattr(one, "fit"))
    return next((one for one in fitted if not isinstance(one, keras.Model)), None)


def out_of_fold(
    recipe: Recipe, run: Run, dataset: SignalDataset, verbose: str | int = 0
) -> BranchAnswers:
    """The branches' answers for the training part of a recipe's fold; killed, it goes on.

    Args:
        recipe: of the whole run; the inner ones differ in their fold, and are grouped always.
        run: its folder, which keeps the answers.
        dataset: all records.
        verbose: as in Keras' ``fit``.

    Raises:
        RunError: if the run was killed with other records.
    """
    part = dataset.take(split_of(recipe, dataset).train)
    records = digest_with_groups(part)
    files = [answers_file(run, fold) for fold in range(INNER_FOLDS)]
    for fold, file in enumerate(files):
        if file.exists():
            with np.load(file) as saved:
                check_same(run.folder, str(saved.get(RECORDS, "")), records)
            continue
        inner = replace(recipe, protocol="grouped", folds=INNER_FOLDS, fold=fold, final=False)
        with seeded(recipe.seed):
            job = Job(inner, Run(run.folder / f"inner{fold}"), part)
            job.train(verbose)
        held = job.test
        BranchAnswers(held.names, held.groups, held.labels, job.branch_answers()).write(
            file, records
        )
        job.run.checkpoint_file.unlink()
        job.run.folder.rmdir()
    return BranchAnswers.read(*files)


def answers_file(run: Run, fold: int) -> Path:
    """Where a run keeps the answers for one inner fold."""
    return run.folder / f"out-of-fold-{fold}.npz"


def fit(
    recipe: Recipe,
    folder: Path,
    dataset: SignalDataset | None = None,
    verbose: str | int = "auto",
    cache: DomainCache | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Run:
    """Trains one model on one fold; killed and called again, it goes on where it was.

    Where a fusion is fitted to out-of-fold answers, the branches are trained on inner folds first:
    see ``ecgzoo.training.fit``. In the scope of a strategy, or of
    :func:`~ecgzoo.training.devices.every_device`, all of its devices share each batch.

    Args:
        recipe: what to do.
        folder: the run's folder.
        dataset: other records than the recipe's. A finished run must be of the same ones, as must
            one whose recipe names a table of the user's own.
        verbose: as in Keras' ``fit``.
        cache: where other runs on the same records keep their domains.
        callbacks: of Keras, for the epochs of the model itself, not of inner folds; of a run that
            goes on, for those that are left.

    Returns:
        The finished run: ``preset.json`` and ``model.weights.h5`` (the epoch with the lowest
        smoothed validation loss), ``history.json``, ``predictions.csv`` and ``metrics.json`` of
        the test part.

    Raises:
        RunError: if the folder holds a run of another recipe or of other records.
        RunBusyError: if another process trains in it.
        ProcessLostError: if one of several that train together is gone.
        OversamplingError: if the training part cannot be oversampled as asked.
        ValueError: if the devices cannot share a batch of that size evenly, or are too many.
    """
    run, devices = Run(folder), current()
    with devices.together(), contextlib.ExitStack() as held:
        if devices.agreed(lambda: _begun(run, recipe, held)):
            _train(recipe, run, dataset, verbose, cache, callbacks)
        elif devices.leads:
            check_finished([run], dataset)
    return run


def _begun(run: Run, recipe: Recipe, held: contextlib.ExitStack) -> bool:
    """Whether there is something to train; the folder is then locked."""
    run.check(recipe)
    if run.finished:
        return False
    held.enter_context(run.locked())
    run.check(recipe)  # another process may have been here since
    return not run.finished


def _train(
    recipe: Recipe,
    run: Run,
    dataset: SignalDataset | None,
    verbose: str | int,
    cache: DomainCache | None,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    with seeded(recipe.seed, recipe.deterministic):
        dataset = dataset_of(recipe) if dataset is None else dataset
        job = Job(recipe, run, dataset, cache)
        devices, combiner = job.devices, combiner_of(job.core)
        if combiner and devices.processes > 1:
            raise ValueError(
                f"the fusion of {recipe.name} is fitted to out-of-fold answers, which one process "
                "trains. Start one, or take a fusion that is trained end to end."
            )
        devices.agreed(lambda: run.start(recipe))
        answers = out_of_fold(recipe, run, dataset, verbose) if combiner else None
        job.train(verbose, callbacks)
        if answers:
            combiner.fit(answers.probabilities, answers.labels)
        with devices.apart():
            devices.agreed(job.finish)


def dataset_of(recipe: Recipe) -> SignalDataset:
    """The records of a recipe's data set."""
    return load(recipe.dataset, **recipe.dataset_options)


def check_finished(
    runs: Sequence[Run], dataset: SignalDataset | None = None
) -> SignalDataset | None:
    """Checks that finished runs of one data set are of the records that it holds now.

    A table of one's own may have been edited since, and is read for it; a published set is not.

    Args:
        runs: those that have not finished are passed over.
        dataset: the records, where they are in memory already.

    Returns:
        The records, if they were needed.

    Raises:
        RunError: if a run is of other records, labels or groups.
    """
    finished = [run for run in runs if run.finished]
    if dataset is None and finished and finished[0].recipe().dataset == OWN:
        dataset = dataset_of(finished[0].recipe())
    if dataset is not None:
        for run in finished:
            check_records(run, dataset)
    return dataset
