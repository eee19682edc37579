"""Domain gain: what a second and a third signal domain add, on several data sets.

The open question of arXiv 2508.00963: does a time signal gain by its scalogram, and both by a
spectrum? Each data set is cross-validated several times, with other folds and other weights; what a
domain adds is the paired difference of the means, and its interval counts patients and training.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import RunError
from ecgzoo.evaluation import RepeatedDifference, RepeatedInterval, holm
from ecgzoo.evaluation import repeated_difference as difference_of
from ecgzoo.evaluation import repeated_interval as interval_of
from ecgzoo.evaluation.results import Told
from ecgzoo.report.study.headline import MACRO_F1, asked_by, headline_of
from ecgzoo.report.study.study_plan import MODELS, repeated
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.log_spectrum import log_spectrum, spectra
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data import SignalDataset
from tf_data.protocols import PROTOCOLS

GAINS = (
    ("hybrid1", "cnn1d"),
    ("hybrid1", "cnn2d"),
    ("hybrid2", "hybrid1"),
    ("hybrid2", "cnn1d"),
    ("hybrid2", "cnn1d_transformer"),
)
SECOND, THIRD = GAINS[0], GAINS[2]  # the scalogram beside the signal; the spectrum beside both
BASELINE = "log-spectrum regression"


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
        recipe: of the first repetition's first model and fold, as :meth:`Recipe.to_dict` tells it.
        metric: the figure that decides.
        records: how many were tested.
        groups: of how many people or, where these are not known, recordings.
        repetitions: how often all was trained anew.
        models: each one's mean, by model, the baseline among them.
        accuracy: likewise, where a record has one label; else empty.
        per_class: F1 of each class, means over the repetitions, by model.
        gains: the differences.
    """

    recipe: dict[str, Any]
    metric: str
    records: int
    groups: int
    repetitions: int
    models: dict[str, RepeatedInterval]
    accuracy: dict[str, RepeatedInterval]
    per_class: dict[str, dict[str, float]]
    gains: tuple[Gain, ...]

    @property
    def dataset(self) -> str:
        """The data set's name, with what was loaded."""
        return Recipe(**self.recipe).source

    @property
    def called(self) -> str:
        """The data set's name alone, short enough for a picture or a line of a table."""
        return Recipe(**self.recipe).dataset

    @property
    def protocol(self) -> str:
        """How it was split."""
        return str(self.recipe["protocol"])

    @property
    def leaky(self) -> bool:
        """Whether the protocol tests on what was trained on."""
        return PROTOCOLS[self.protocol].leaky

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> DomainGain:
        """What :meth:`to_dict` told."""
        gains = [
            {**one, "difference": RepeatedDifference(**_pair(one["difference"]))}
            for one in told["gains"]
        ]
        intervals = {
            field: {model: RepeatedInterval(**one) for model, one in told[field].items()}
            for field in ("models", "accuracy")
        }
        return cls(**{**told, **intervals, "gains": tuple(Gain(**one) for one in gains)})


def _pair(difference: Mapping[str, Any]) -> dict[str, Any]:
    return {**difference, "repetitions": tuple(difference["repetitions"])}


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
    answers = _of_all(base, repetitions, root, dataset)
    first = answers[MODELS[0]][0]
    labels, groups, metric = first.labels, first.groups, headline_of(first)

    def intervals(metric: str) -> dict[str, RepeatedInterval]:
        return {
            model: interval_of(labels, _asked(metric, own), groups, metric, resamples=resamples)
            for model, own in answers.items()
        }

    return DomainGain(
        recipe=base.to_dict(),
        metric=metric,
        records=len(first.names),
        groups=len(set(groups.tolist())),
        repetitions=repetitions,
        models=intervals(metric),
        accuracy=intervals("accuracy") if metric == MACRO_F1 else {},
        per_class={model: _per_class(own) for model, own in answers.items()},
        gains=_gains(answers, metric, resamples),
    )


def _of_all(
    base: Recipe, repetitions: int, root: Path, dataset: SignalDataset
) -> dict[str, list[Predictions]]:
    """What every model and the baseline answered in each repetition, for the same records."""
    each = repeated(base, repetitions)
    answers = {model: [_answers(one, model, root) for one in each] for model in MODELS}
    features = spectra(dataset)
    answers[BASELINE] = [_of_baseline(one, dataset, features) for one in each]
    first = answers[MODELS[0]][0]
    for model, own in answers.items():
        if any(not np.array_equal(one.names, first.names) for one in own):
            raise RunError(f"{model} was tested on other records than {MODELS[0]}: remove it")
    return answers


def _gains(
    answers: Mapping[str, Sequence[Predictions]], metric: str, resamples: int
) -> tuple[Gain, ...]:
    first = answers[MODELS[0]][0]
    asked = {model: _asked(metric, own) for model, own in answers.items()}
    found = [
        difference_of(
            first.labels, asked[model], asked[other], first.groups, metric, resamples=resamples
        )
        for model, other in GAINS
    ]
    corrected = holm([one.p_value for one in found]).tolist()
    return tuple(Gain(*pair, one, p) for pair, one, p in zip(GAINS, found, corrected, strict=True))


def _asked(metric: str, own: Sequence[Predictions]) -> np.ndarray:
    return np.stack([asked_by(metric, one) for one in own])


def _answers(recipe: Recipe, model: str, root: Path) -> Predictions:
    runs = [Run(root / one.run_name) for one in recipes(recipe, [model])]
    return _pooled(run.predictions() for run in runs)


def _of_baseline(recipe: Recipe, dataset: SignalDataset, features: np.ndarray) -> Predictions:
    parts = (log_spectrum(one, dataset, features) for one in recipes(recipe, MODELS[:1]))
    return _pooled(parts)


def _pooled(parts: Iterable[Predictions]) -> Predictions:
    """The folds' answers in the order of the records' names, which all repetitions share."""
    joined = Predictions.joined(list(parts))
    return joined.take(np.argsort(joined.names, kind="stable"))


def _per_class(own: Sequence[Predictions]) -> dict[str, float]:
    figures = [one.metrics().per_class for one in own]
    return {name: float(np.mean([one[name]["f1"] for one in figures])) for name in figures[0]}
