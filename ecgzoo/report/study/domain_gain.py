"""Domain gain: what a second and a third signal domain add, on several data sets.

The open question of arXiv 2508.00963: does a time signal gain by its scalogram, and both by a
spectrum? Each data set is cross-validated several times, with other folds and other weights; what a
domain adds is the paired difference of the means, and its interval counts patients and training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import RunError, UnknownNameError
from ecgzoo.evaluation import RepeatedDifference, RepeatedInterval, holm
from ecgzoo.evaluation import repeated_difference as difference_of
from ecgzoo.evaluation import repeated_interval as interval_of
from ecgzoo.evaluation.results import Told, p_short
from ecgzoo.registry import unknown
from ecgzoo.report.cards.markdown import table
from ecgzoo.report.study.headline import SHOWN, asked_by, headline_of
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.log_spectrum import log_spectrum, spectra
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import SignalDataset

MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
GAINS = (
    ("hybrid1", "cnn1d"),
    ("hybrid1", "cnn2d"),
    ("hybrid2", "hybrid1"),
    ("hybrid2", "cnn1d"),
    ("hybrid2", "cnn1d_transformer"),
)
SECOND, THIRD = GAINS[0], GAINS[2]  # the scalogram beside the signal; the spectrum beside both
BASELINE = "log-spectrum regression"
FIRST_SEED = 10  # of folds: designs are chosen on 0 to 2

# What differs from Recipe's defaults, by data set. Sets of many windows need fewer epochs. Records
# of PTB-XL are cut into windows of 2.5 s, whose answers are averaged, a choice made on fold seed 0.
SETS: Mapping[str, Mapping[str, Any]] = {
    "ecg_images": {},
    "ptb_xl": {"loading": {"labels": "superclass", "seconds": 2.5}, "epochs": 20},
    "cinc2017": {"epochs": 10, "patience": 5},
    "mit_bih": {
        "loading": {"rr": True},
        "protocol": "official",
        "oversampling": "square_root",  # eight beats of Q beside 45,000 of N
        "augmentation": False,  # of 50,000 beats, whose scalograms are kept in memory
        "epochs": 4,
        "patience": 4,
    },
    "heart_sounds": {},
}


def base_recipe(dataset: str, **choices: Any) -> Recipe:
    """The recipe of a data set's study, for its first fold and repetition.

    Args:
        dataset: a name of ``SETS``.
        **choices: fields that are to be others.

    Raises:
        UnknownNameError: if the study has no such data set, with the nearest names.

    Example:
        >>> base_recipe("mit_bih").run_name
        'mit_bih,rr=True-official-seed10/cnn1d/fold0'
    """
    if dataset not in SETS:
        raise UnknownNameError(unknown("data set of the study", dataset, SETS))
    own = {"dataset": dataset, "fold_seed": FIRST_SEED, **SETS[dataset]}
    return Recipe(MODELS[0], **{**own, **choices})


def repeated(base: Recipe, repetitions: int) -> list[Recipe]:
    """The recipe with other folds and other weights, once per repetition.

    Example:
        >>> [(one.fold_seed, one.seed) for one in repeated(base_recipe("ptb_xl"), 3)]
        [(10, 0), (11, 1), (12, 2)]
    """
    return [
        replace(base, fold_seed=base.fold_seed + number, seed=base.seed + number)
        for number in range(repetitions)
    ]


def plan(base: Recipe, repetitions: int, models: Sequence[str] = MODELS) -> list[Recipe]:
    """All that has to be trained for a data set."""
    return [one for each in repeated(base, repetitions) for one in recipes(each, models)]


@dataclass(frozen=True)
class Gain(Told):
    """What one model is ahead of another that lacks a domain.

    Attributes:
        model: with the domain.
        without: the other.
        difference: of their means, paired.
        corrected: its p-value after Holm's correction over all gains of the data set.
    """

    model: str
    without: str
    difference: RepeatedDifference
    corrected: float


@dataclass(frozen=True)
class DomainGain(Told):
    """One data set's part of the answer.

    Attributes:
        dataset: its name, with what was loaded.
        metric: the figure that decides.
        protocol: how it was split.
        records: how many were tested.
        groups: of how many people or, where these are not known, recordings.
        repetitions: how often all was trained anew.
        models: each one's mean, by model, the baseline among them.
        per_class: F1 of each class, means over the repetitions, by model.
        gains: the differences.
    """

    dataset: str
    metric: str
    protocol: str
    records: int
    groups: int
    repetitions: int
    models: dict[str, RepeatedInterval]
    per_class: dict[str, dict[str, float]]
    gains: tuple[Gain, ...]


def domain_gain(
    base: Recipe, repetitions: int, root: Path, dataset: SignalDataset, resamples: int = 2000
) -> DomainGain:
    """Reads a data set's finished runs and compares them.

    Args:
        base: the recipe of the first repetition.
        repetitions: how many there are, two at least.
        root: the folder of runs.
        dataset: the records, for the baseline.
        resamples: number of resamples.

    Raises:
        RunError: if a run has not finished, or two models answered for different records.
        ValueError: if there is one repetition only.
    """
    each = repeated(base, repetitions)
    answers = {model: [_answers(one, model, root) for one in each] for model in MODELS}
    features = spectra(dataset)
    answers[BASELINE] = [_pooled(_of_baseline(one, dataset, features)) for one in each]
    first = answers[MODELS[0]][0]
    _check_same(answers, first)
    metric = headline_of(first)
    asked = {m: np.stack([asked_by(metric, one) for one in own]) for m, own in answers.items()}
    keys = first.groups, metric
    differences = [
        difference_of(first.labels, asked[model], asked[other], *keys, resamples=resamples)
        for model, other in GAINS
    ]
    corrected = holm([one.p_value for one in differences]).tolist()
    return DomainGain(
        dataset=base.source,
        metric=metric,
        protocol=base.protocol,
        records=len(first.names),
        groups=len(set(first.groups.tolist())),
        repetitions=repetitions,
        models={
            model: interval_of(first.labels, one, *keys, resamples=resamples)
            for model, one in asked.items()
        },
        per_class={model: _per_class(own) for model, own in answers.items()},
        gains=tuple(
            Gain(*pair, difference, p)
            for pair, difference, p in zip(GAINS, differences, corrected, strict=True)
        ),
    )


def _answers(recipe: Recipe, model: str, root: Path) -> Predictions:
    runs = [Run(root / one.run_name) for one in recipes(recipe, [model])]
    return _pooled(run.predictions() for run in runs)


def _of_baseline(
    recipe: Recipe, dataset: SignalDataset, features: np.ndarray
) -> Iterator[Predictions]:
    for one in recipes(recipe, MODELS[:1]):
        yield log_spectrum(one, dataset, features)


def _pooled(parts: Iterator[Predictions]) -> Predictions:
    """The folds' answers in the order of the records' names, which all repetitions share."""
    joined = Predictions.joined(list(parts))
    return joined.take(np.argsort(joined.names, kind="stable"))


def _check_same(answers: Mapping[str, list[Predictions]], first: Predictions) -> None:
    for model, own in answers.items():
        for one in own:
            if not np.array_equal(one.names, first.names):
                raise RunError(f"{model} was tested on other records than {MODELS[0]}: remove it")


def _per_class(own: Sequence[Predictions]) -> dict[str, float]:
    figures = [one.metrics().per_class for one in own]
    return {name: float(np.mean([one[name]["f1"] for one in figures])) for name in figures[0]}


def models_markdown(found: DomainGain) -> str:
    """A row per model: its mean with interval and spread, and the F1 of each class."""
    classes = next(iter(found.per_class.values()))
    heads = ("model", f"{SHOWN[found.metric]} (95% interval)", "spread", *classes)
    rows = (
        [
            model,
            str(one),
            f"{one.spread:.3f}",
            *(f"{found.per_class[model][c]:.2f}" for c in classes),
        ]
        for model, one in found.models.items()
    )
    return table(heads, rows) + "\n"


def gains_markdown(found: DomainGain) -> str:
    """A row per difference."""
    rows = (
        [
            f"{one.model} - {one.without}",
            one.difference.interval,
            p_short(one.difference.p_value),
            p_short(one.corrected),
        ]
        for one in found.gains
    )
    return table(("difference", "95% interval", "p", "p, Holm"), rows) + "\n"


def caption(found: DomainGain) -> str:
    """How a data set's figures were measured, in a sentence.

    Example:
        >>> caption(DomainGain("ptb_xl", "macro_auc", "grouped", 2578, 2279, 3, {}, {}, ()))
        'ptb_xl, grouped protocol: 2,578 records of 2,279 groups, means of 3 repetitions.'
    """
    return (
        f"{found.dataset}, {found.protocol} protocol: {found.records:,} records of "
        f"{found.groups:,} groups, means of {found.repetitions} repetitions."
    )
