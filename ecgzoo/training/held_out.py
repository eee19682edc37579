"""Held out: what models of each domain make of records that they were not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgzoo.errors import RunError
from ecgzoo.models.embed import embed
from ecgzoo.registry import DOMAINS, MODELS
from ecgzoo.training.job import split_of
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import SignalDataset


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
        RunError: if a run has not finished, or is of other records.
    """
    splits = [split_of(replace(recipe, fold=fold), dataset).test for fold in range(folds)]
    embeddings: dict[str, list[np.ndarray]] = {domain: [] for domain in models}
    probabilities: dict[str, list[np.ndarray]] = {domain: [] for domain in models}
    for fold, rows in enumerate(splits):
        for domain, model in models.items():
            run = Run(root / replace(recipe, model=model, fold=fold).run_name)
            answered = run.predictions()
            if answered.names.tolist() != dataset.names[rows].tolist():
                raise RunError(f"{run.folder} was tested on other records; remove it")
            embeddings[domain].append(embed(run.folder, dataset.signals[rows])[domain])
            probabilities[domain].append(answered.probabilities)
    every = np.concatenate(splits)
    return HeldOut(
        {domain: np.concatenate(parts) for domain, parts in embeddings.items()},
        {domain: np.concatenate(parts) for domain, parts in probabilities.items()},
        dataset.labels[every],
        dataset.groups[every],
        np.repeat(np.arange(folds), [len(rows) for rows in splits]),
    )
