"""What a preset says of itself: out-of-fold figures, their intervals, calibration, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import THRESHOLD, Predictions
from ecgzoo.errors import RunError
from ecgzoo.evaluation import Repetitions, calibration, fit_temperature, fit_thresholds, repetitions
from ecgzoo.training.answered import alike
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run
from tf_data.dataset import targets_of
from tf_data.label_sets import columns_of
from tf_data.protocols import PROTOCOLS


@dataclass(frozen=True, eq=False)
class RepeatedAnswers:
    """Out-of-fold answers for the same records, in the same order, once per fold seed.

    Attributes:
        seeds: the fold seeds, rising.
        answers: of each seed, its records sorted by name.
        folds: of each seed, the fold of each record, int ``[n]``.
    """

    seeds: tuple[int, ...]
    answers: tuple[Predictions, ...]
    folds: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> RepeatedAnswers:
        """Reads the answers of every fold of every seed.

        Raises:
            RunError: if a run has not finished, or two seeds are of different records.
        """
        seeds = sorted({run.recipe().fold_seed for run in runs})
        parts = [_pooled([run for run in runs if run.recipe().fold_seed == one]) for one in seeds]
        answers, folds = zip(*parts, strict=True)
        for seed, one in zip(seeds, answers, strict=True):
            if not alike(one, answers[0]):
                raise RunError(
                    f"the cross-validations of fold seeds {seeds[0]} and {seed} are of different "
                    "records, labels or groups; publish those of one data set together"
                )
        return cls(tuple(seeds), answers, folds)

    @property
    def first(self) -> Predictions:
        """Of the first seed: for names, groups and labels, which all share."""
        return self.answers[0]

    @property
    def probabilities(self) -> np.ndarray:
        """Of each seed: ``[seeds, n, classes]``."""
        return np.stack([one.probabilities for one in self.answers])

    @property
    def thresholds(self) -> np.ndarray | None:
        """Of several classes at once, each fold's own: ``[seeds, n, classes]``; else None."""
        if not self.first.several:
            return None
        halves = np.full(self.first.probabilities.shape, THRESHOLD)
        own = (one.thresholds for one in self.answers)
        return np.stack([halves if one is None else one for one in own])

    def figures(self) -> Repetitions:
        """Figures of all seeds, with their means and intervals."""
        one = self.first
        told = self.probabilities if one.several else self.probabilities.argmax(axis=2)
        return repetitions(one.labels, told, one.groups, one.classes, thresholds=self.thresholds)

    def of_columns(self, places: Sequence[int]) -> RepeatedAnswers:
        """The answers on some of several classes at once."""
        return replace(self, answers=tuple(one.of_columns(places) for one in self.answers))


def _pooled(runs: list[Run]) -> tuple[Predictions, np.ndarray]:
    """One seed's answers and the fold of each, by name."""
    parts = [run.predictions() for run in runs]
    folds = np.repeat([run.recipe().fold for run in runs], [len(part.labels) for part in parts])
    joined = Predictions.joined(parts)
    order = np.argsort(joined.names, kind="stable")
    return joined.take(order), folds[order]


def tempered(answers: Predictions, folds: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Probabilities ``[n, classes]`` with each fold's temperature, and the temperatures.

    Args:
        answers: out-of-fold, of one model.
        folds: the fold of each record, ``[n]``.

    Raises:
        ValueError: if there is one fold only, or a temperature cannot be fitted.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = rng.integers(0, 2, 100)
        >>> sure = np.where(rng.random(100) < 0.75, labels, 1 - labels)
        >>> ids = np.arange(100).astype(str)
        >>> one = Predictions(ids, ids, labels, 0.8 * np.eye(2)[sure] + 0.1, ("a", "b"))
        >>> [round(value, 1) for value in tempered(one, np.arange(100) % 2)[1]]
        [3.3, 3.3]
    """
    changed, values = np.empty_like(answers.probabilities), []
    for fold, mine in _parts(folds):
        try:
            found = fit_temperature(answers.labels[~mine], answers.probabilities[~mine])
        except ValueError as error:
            raise ValueError(f"no temperature for fold {fold}: {error}") from error
        changed[mine] = found.apply(answers.probabilities[mine])
        values.append(found.value)
    return changed, values


def called(answers: Predictions, folds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which classes are called with each fold's thresholds: bool ``[n, classes]``; and those.

    The thresholds are ``[folds, classes]``.

    Raises:
        ValueError: if there is one fold only, or a class is missing from the others.
    """
    changed, values = np.empty(answers.probabilities.shape, bool), []
    for _, mine in _parts(folds):
        found = fit_thresholds(answers.labels[~mine], answers.probabilities[~mine], answers.classes)
        changed[mine] = found.apply(answers.probabilities[mine])
        values.append([*found.values.values()])
    return changed, np.array(values)


def _parts(folds: np.ndarray) -> list[tuple[int, np.ndarray]]:
    names = np.unique(folds)
    if len(names) < 2:
        raise ValueError("what is fitted on other folds needs at least 2; got 1")
    return [(int(fold), folds == fold) for fold in names]


HOW_AFTER = (
    "each fold's answers with a temperature fitted on the other folds of its cross-validation; the "
    "temperature of the preset is fitted on all"
)


def out_of_fold_metrics(repeated: RepeatedAnswers, recipe: Recipe) -> dict[str, Any]:
    """Figures, their intervals, and how they were measured, ready for JSON.

    Of several fold seeds the figures are means, and the confusion matrix counts each record once
    per seed. Of several label sets at once those of each are told too, as ``tasks``.
    """
    one, found = repeated.first, repeated.figures()
    said = f"out-of-fold predictions of {recipe.folds} folds, "
    if len(repeated.seeds) > 1:
        seeds = ", ".join(map(str, repeated.seeds))
        said += f"means over the fold seeds {seeds} (the confusion matrix counts all), "
    return _means(found, repeated) | {
        "groups": len(np.unique(one.groups)),
        "intervals": {name: each.mean.to_dict() for name, each in found.overall.items()},
        "class_intervals": {
            label: {name: each.mean.to_dict() for name, each in figures.items()}
            for label, figures in found.per_class.items()
        },
        "fold_seeds": list(repeated.seeds),
        "each_seed": {name: list(each.each) for name, each in found.overall.items()},
        "spread": {name: each.spread for name, each in found.overall.items()},
        **_tasks(repeated, recipe),
        "measured_on": said + "not of these weights",
        "protocol": recipe.protocol,
        "leaky": PROTOCOLS[recipe.protocol].leaky,
    }


def _tasks(repeated: RepeatedAnswers, recipe: Recipe) -> dict[str, Any]:
    """The figures of each of several label sets."""
    sets = columns_of(recipe.labels, repeated.first.classes)
    found = {name: repeated.of_columns(places).figures() for name, places in sets.items()}
    tasks = {
        name: {"n": len(repeated.first.names)}
        | {key: each.mean.estimate for key, each in one.overall.items()}
        | {"intervals": {key: each.mean.to_dict() for key, each in one.overall.items()}}
        for name, one in found.items()
    }
    return {"tasks": tasks} if tasks else {}


def _means(found: Repetitions, repeated: RepeatedAnswers) -> dict[str, Any]:
    """What ``to_dict`` of the figures of one set of answers has."""
    answers = repeated.first
    overall = {name: each.mean.estimate for name, each in found.overall.items()}
    members = targets_of(answers.labels, len(answers.classes)).sum(axis=0).astype(int).tolist()
    per_class = {
        label: {name: each.mean.estimate for name, each in figures.items()} | {"support": count}
        for (label, figures), count in zip(found.per_class.items(), members, strict=True)
    }
    told = {"classes": list(answers.classes), "n": len(answers.names)}
    macro = {name[6:]: value for name, value in overall.items() if name.startswith("macro_")}
    # Of several labels at once no class stands for another: there is no confusion to tell.
    confusion = {} if answers.several else {"confusion": found.confusion.sum(axis=0).tolist()}
    figures = {"accuracy": overall["accuracy"], "macro": macro, "per_class": per_class}
    return figures | confusion | told


@dataclass(frozen=True)
class Fitted:
    """What was fitted to out-of-fold answers.

    Attributes:
        temperature: 1.0 if none is best.
        thresholds: by class name.
        calibration: tables before and after the temperature, ready for JSON.
    """

    temperature: float
    thresholds: dict[str, float]
    calibration: dict[str, Any]


def fitted(repeated: RepeatedAnswers) -> Fitted:
    """Temperature and thresholds of the pooled answers of all seeds, and the calibration.

    The table after the temperature is no table of the records that it was fitted on: a fold's
    answers get the temperature of the others.
    """
    pooled = Predictions.joined([*repeated.answers])
    thresholds = fit_thresholds(pooled.labels, pooled.probabilities, pooled.classes).values
    told: dict[str, Any] = {
        "answers": len(pooled.labels),
        "before": calibration(pooled.labels, pooled.probabilities).to_dict(),
    }
    try:
        value = fit_temperature(pooled.labels, pooled.probabilities).value
        pairs = zip(repeated.answers, repeated.folds, strict=True)
        changed = np.concatenate([tempered(answers, folds)[0] for answers, folds in pairs])
    except ValueError as error:
        return Fitted(1.0, thresholds, told | {"no_temperature": str(error)})
    after = calibration(pooled.labels, changed).to_dict()
    return Fitted(value, thresholds, told | {"after": after, "how_after": HOW_AFTER})
