"""What a preset says of itself: out-of-fold figures, their intervals, calibration, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ecgzoo.evaluation import (
    Repetitions,
    calibration,
    fit_temperature,
    fit_thresholds,
    repetitions,
)
from ecgzoo.training.out_of_fold_fits import tempered
from ecgzoo.training.predictions import Predictions
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.repeated_answers import RepeatedAnswers
from tf_data.splits import PROTOCOLS

HOW_AFTER = (
    "each fold's answers with a temperature fitted on the other folds of its cross-validation; the "
    "temperature of the preset is fitted on all"
)


def out_of_fold_metrics(repeated: RepeatedAnswers, recipe: Recipe) -> dict[str, Any]:
    """Figures, their intervals, and how they were measured, ready for JSON.

    Of several fold seeds the figures are means, and the confusion matrix counts each record once
    per seed.
    """
    one = repeated.first
    found = repetitions(one.labels, repeated.predicted, one.groups, one.classes)
    return _means(found, one) | {
        "groups": len(np.unique(one.groups)),
        "intervals": {name: each.mean.to_dict() for name, each in found.overall.items()},
        "class_intervals": {
            label: {name: each.mean.to_dict() for name, each in figures.items()}
            for label, figures in found.per_class.items()
        },
        "fold_seeds": list(repeated.seeds),
        "each_seed": {name: list(each.each) for name, each in found.overall.items()},
        "spread": {name: each.spread for name, each in found.overall.items()},
        "measured_on": _how(repeated, recipe),
        "protocol": recipe.protocol,
        "leaky": PROTOCOLS[recipe.protocol].leaky,
    }


def _means(found: Repetitions, answers: Predictions) -> dict[str, Any]:
    """The fields of ``ClassificationMetrics.to_dict``."""
    overall = {name: each.mean.estimate for name, each in found.overall.items()}
    support = np.bincount(answers.labels, minlength=len(answers.classes)).tolist()
    per_class = {
        label: {name: each.mean.estimate for name, each in figures.items()} | {"support": count}
        for (label, figures), count in zip(found.per_class.items(), support, strict=True)
    }
    return {
        "accuracy": overall["accuracy"],
        "macro": {name: overall[f"macro_{name}"] for name in ("precision", "recall", "f1")},
        "per_class": per_class,
        "confusion": found.confusion.sum(axis=0).tolist(),
        "classes": list(answers.classes),
        "n": len(answers.labels),
    }


def _how(repeated: RepeatedAnswers, recipe: Recipe) -> str:
    said = f"out-of-fold predictions of {recipe.folds} folds, "
    if len(repeated.seeds) > 1:
        seeds = ", ".join(map(str, repeated.seeds))
        said += f"means over the fold seeds {seeds} (the confusion matrix counts all), "
    return said + "not of these weights"


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
