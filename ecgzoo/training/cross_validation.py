"""Cross-validation: several models over several folds, and their out-of-fold predictions."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgzoo.artifact.answers import Predictions, first_rows, mean_of_each
from ecgzoo.errors import RunBusyError, RunError
from ecgzoo.models.embed import embed
from ecgzoo.registry import DOMAINS, MODELS
from ecgzoo.training.fit import check_finished, dataset_of, fit
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import check_records, split_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset
from tf_data.domain_cache import DomainCache
from tf_data.protocols import PROTOCOLS

Progress = Callable[[Recipe], None]
WAIT = 2.0  # seconds until it is looked again whether another process is done


def recipes(
    recipe: Recipe, models: Iterable[str], folds: Iterable[int] | None = None
) -> Iterator[Recipe]:
    """The recipe for every fold (default: all of the recipe's) and every model.

    The models of one fold follow each other, since they share its domains.

    Example:
        >>> plan = recipes(Recipe("cnn1d", folds=2), ["cnn1d", "hybrid1"])
        >>> [(one.model, one.fold) for one in plan]
        [('cnn1d', 0), ('hybrid1', 0), ('cnn1d', 1), ('hybrid1', 1)]
    """
    chosen = list(models)
    for fold in range(recipe.test_folds) if folds is None else folds:
        for model in chosen:
            yield replace(recipe, model=model, fold=fold)


def cross_validate(
    plan: Sequence[Recipe],
    root: Path,
    progress: Progress | None = None,
    dataset: SignalDataset | None = None,
) -> dict[str, Predictions]:
    """Trains what is not trained yet and joins each model's predictions over its folds.

    Several processes may do so at once and share the work: a run that another process trains is
    left until the others are done, and taken up if that process ended before it.

    Args:
        plan: recipes, such as of :func:`recipes`; they share their data set.
        root: the folder of runs; each run lies at its ``run_name`` below.
        progress: called before each run.
        dataset: other records than the recipes'.

    Returns:
        Out-of-fold predictions by the recipes' ``name``: the model, with its options if any.

    Raises:
        RunError: if a run's folder holds a run of another recipe, or a finished one of other
            records, labels or groups than there are now; or a record was tested in two folds.
        OversamplingError: if a training part cannot be oversampled as asked.
    """
    records = _checked(plan, root, dataset)
    cache, cached = DomainCache(), None
    left = list(plan)
    while left:
        busy = []
        for recipe in left:
            if progress:
                progress(recipe)
            run = Run(root / recipe.run_name)
            if run.finished:
                continue
            part = recipe.fold_seed, recipe.seed, recipe.fold
            if part != cached:  # the domains of one fold's records at a time
                cache, cached = DomainCache(), part
            try:
                fit(recipe, run.folder, records, verbose=0, cache=cache)
            except RunBusyError:
                busy.append(recipe)
            gc.collect()  # models hold themselves in cycles, and the domains of their records
        if busy == left:
            time.sleep(WAIT)
        left = busy
    runs: dict[str, list[Run]] = {}
    for recipe in plan:
        runs.setdefault(recipe.name, []).append(Run(root / recipe.run_name))
    return {name: out_of_fold(several) for name, several in runs.items()}


def _checked(
    plan: Sequence[Recipe], root: Path, dataset: SignalDataset | None
) -> SignalDataset | None:
    """The records, if any are needed, once it is known that no finished run is of others."""
    runs = [Run(root / recipe.run_name) for recipe in plan]
    for run, recipe in zip(runs, plan, strict=True):
        run.check(recipe)
    if dataset is None and not all(run.finished for run in runs):
        dataset = dataset_of(plan[0])
    return check_finished(runs, dataset)


def out_of_fold(runs: Sequence[Run]) -> Predictions:
    """The answers of finished runs, one of each fold, one after another.

    Raises:
        RunError: if a record was tested in two folds, which is no cross-validation of one data set;
            a leaky protocol may do so.
    """
    joined = Predictions.joined([run.predictions() for run in runs])
    names, counts = np.unique(joined.names, return_counts=True)
    if (counts > 1).any() and not PROTOCOLS[runs[0].recipe().protocol].leaky:
        raise RunError(
            f"expected each record to be tested in one fold; {names[counts > 1][0]} is in two of "
            f"{runs[0].folder.parent}, whose runs are of different data. Remove them, or choose "
            "another folder (--runs)"
        )
    return joined


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Test parts of several folds, one after another, as each domain's models see them.

    Attributes:
        embeddings: by domain, float ``[n, width]``; rows of different folds have different axes.
        probabilities: by domain, float ``[n, classes]``.
        labels: int ``[n]``.
        groups: ``[n]``.
        folds: int ``[n]``, whose models they are of.
    """

    embeddings: dict[str, np.ndarray]
    probabilities: dict[str, np.ndarray]
    labels: np.ndarray
    groups: np.ndarray
    folds: np.ndarray


def unimodal_models() -> dict[str, str]:
    """The registered models of one domain, the first for each, by domain.

    Example:
        >>> unimodal_models()
        {'frequency': 'cnn1d_transformer', 'time': 'cnn1d', 'time_frequency': 'cnn2d'}
    """
    found: dict[str, str] = {}
    for model in MODELS:
        domains = MODELS.info(model)["domains"]
        if len(domains) == 1:
            found.setdefault(domains[0], model)
    return {domain: found[domain] for domain in DOMAINS if domain in found}


def held_out(
    recipe: Recipe, models: Mapping[str, str], folds: int, root: Path, dataset: SignalDataset
) -> HeldOut:
    """Embeds the test part of each fold with the models that were not trained on it.

    Args:
        recipe: what the models were trained by, but for model and fold.
        models: a model of one domain by that domain, such as of :func:`unimodal_models`.
        folds: the first so many folds.
        root: the folder of runs.
        dataset: the records that the runs are of.

    Raises:
        RunError: if a run has not finished, or is of other records, labels or groups.
    """
    splits = [split_of(replace(recipe, fold=fold), dataset).test for fold in range(folds)]
    embeddings: dict[str, list[np.ndarray]] = {domain: [] for domain in models}
    probabilities: dict[str, list[np.ndarray]] = {domain: [] for domain in models}
    for fold, rows in enumerate(splits):
        for domain, model in models.items():
            run = Run(root / replace(recipe, model=model, fold=fold).run_name)
            answered = run.predictions()
            check_records(run, dataset)
            names = dataset.names[rows]
            if answered.names.tolist() != names[first_rows(names)].tolist():
                raise RunError(f"{run.folder} was tested on other records; remove it")
            found = embed(run.folder, dataset.signals[rows])[domain]
            embeddings[domain].append(mean_of_each(found, names))
            probabilities[domain].append(answered.probabilities)
    every = np.concatenate([rows[first_rows(dataset.names[rows])] for rows in splits])
    sizes = [len(first_rows(dataset.names[rows])) for rows in splits]
    return HeldOut(
        {domain: np.concatenate(parts) for domain, parts in embeddings.items()},
        {domain: np.concatenate(parts) for domain, parts in probabilities.items()},
        dataset.labels[every],
        dataset.groups[every],
        np.repeat(np.arange(folds), sizes),
    )
