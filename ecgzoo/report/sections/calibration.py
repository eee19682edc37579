"""Calibration: is a model right as often as it says? Temperature, and thresholds per class."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Calibration, calibration
from ecgzoo.report.figures import BLUE, GRAY
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.training.out_of_fold_metrics import called, tempered

HEADS = ("model", "ECE", "adaptive", "temperature", "ECE with it", "adaptive")
READ = (
    "Expected calibration error (ECE) over 15 bins of equal width, and adaptive: of equal number. "
    "It is biased upwards at few records. Temperature and thresholds of a fold are fitted on the "
    "out-of-fold answers of the others."
)


def calibration_section(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_of_one(one) for one in study if one.folds > 1)


def _of_one(one: CrossValidation) -> str:
    title = title_of(one)
    curves = {
        model: calibration(answers.labels, answers.probabilities, binning="adaptive")
        for model, answers in one.predictions.items()
        if model in one.models
    }
    classes = one.predictions[one.models[0]].classes
    return "".join(
        [
            heading(title),
            table(HEADS, (_errors(one, model) for model in one.models), "Calibration"),
            drawing(
                f"calibration-{one.recipe.protocol}",
                lambda: _curves(curves),
                f"Share right over mean confidence for each model, {title}.",
                "Share of records classified right over the mean confidence of a bin of equal "
                "number, before the temperature. On the dashed line a model is calibrated.",
            ),
            table(
                ("model", *classes),
                (_thresholds(one, model) for model in one.models),
                "F1 of each class against the rest: by the highest probability, and with a "
                "threshold chosen on the other folds (in brackets, their mean)",
            ),
        ]
    )


def _errors(one: CrossValidation, model: str) -> list[str]:
    answers = one.predictions[model]
    before = _both_errors(answers.labels, answers.probabilities)
    try:
        changed, values = tempered(answers, one.fold_of_record)
    except ValueError as error:
        return [model, *before, f"none: {error}", "", ""]
    return [model, *before, f"{np.mean(values):.2f}", *_both_errors(answers.labels, changed)]


def _both_errors(labels: np.ndarray, probabilities: np.ndarray) -> list[str]:
    binnings = ("width", "adaptive")
    return [f"{calibration(labels, probabilities, binning=one).error:.3f}" for one in binnings]


def _thresholds(one: CrossValidation, model: str) -> list[str]:
    answers = one.predictions[model]
    chosen, values = called(answers, one.fold_of_record)
    plain = np.eye(len(answers.classes), dtype=bool)[answers.probabilities.argmax(axis=1)]
    shown = zip(_f1(answers, plain), _f1(answers, chosen), values.mean(axis=0), strict=True)
    return [
        model,
        *(f"{by_max:.3f}, {by_own:.3f} ({value:.2f})" for by_max, by_own, value in shown),
    ]


def _f1(answers: Predictions, chosen: np.ndarray) -> np.ndarray:
    """F1 of each class against the rest, ``[classes]``."""
    member = np.eye(len(answers.classes), dtype=bool)[answers.labels]
    hits = (member & chosen).sum(axis=0)
    return np.asarray(2 * hits / (member.sum(axis=0) + chosen.sum(axis=0)))


def _curves(found: dict[str, Calibration]) -> Figure:
    figure = Figure(figsize=(9, 2.3), layout="constrained")
    grid = figure.subplots(1, len(found), sharey=True, squeeze=False)[0]
    for axes, (model, one) in zip(grid, found.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1)
        axes.plot(one.confidence, one.accuracy, marker="o", markersize=3, color=BLUE, linewidth=1)
        axes.set_title(model, fontsize=8)
        axes.set(xlim=(0.2, 1.02), ylim=(0, 1.02))
        axes.set_xlabel("confidence", fontsize=8)
        axes.grid(alpha=0.2)
    grid[0].set_ylabel("share right", fontsize=8)
    return figure
