"""Whether training went well, and whether models are right as often as they say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Calibration, TrainingHealth, calibration, health_of_history
from ecgzoo.report.html.elements import drawing, heading, items, paragraph, table
from ecgzoo.report.saved_figure import BLUE, GRAY, ORANGE
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.training.out_of_fold_metrics import called, tempered

History = list[dict[str, float]]
LOSS_HEADS = ("model", "epochs", "best epoch", "gap at the best", "gap at the end", "overfitted")
LOSSES = (
    "The gap is the validation loss minus the training loss. Augmentation, mixup and dropout make "
    "training harder than validation, so a sound gap may be negative. A run counts as overfitted "
    "if its smoothed validation loss ended more than a tenth above its lowest while the training "
    "loss went on falling; the weights kept are those of the best epoch all the same."
)


def training_health_section(study: Study) -> str:
    """The section's body."""
    return paragraph(LOSSES) + "".join(_health_of_one(one) for one in study)


def _health_of_one(one: CrossValidation) -> str:
    logged: dict[str, list[History]] = {
        model: [json.loads(run.history_file.read_text("utf-8")) for run in one.runs[model]]
        for model in one.models
    }
    found = {
        model: list(map(health_of_history, runs))
        for model, runs in logged.items()
        if not _unjudged(runs)
    }
    title = title_of(one)
    return "".join(
        [
            heading(title),
            table(
                LOSS_HEADS,
                (_row(model, runs, found.get(model, ())) for model, runs in logged.items()),
                "Folds' means",
            ),
            *_verdicts(logged, found),
            drawing(
                f"health-{one.recipe.protocol}",
                lambda: _loss_curves(logged),
                f"Training and validation loss by epoch for each model, {title}.",
                "Loss by epoch, a line per fold: training in blue, validation in orange.",
            ),
        ]
    )


def _unjudged(runs: list[History]) -> str:
    """Why a model's runs cannot be judged; nothing if they can."""
    if not all("val_loss" in logs for run in runs for logs in run):
        return "nothing was held out of its training part, so there is no validation loss"
    return "it was trained for one epoch only" if min(map(len, runs)) < 2 else ""


def _verdicts(
    logged: Mapping[str, list[History]], found: Mapping[str, list[TrainingHealth]]
) -> Iterator[str]:
    unjudged = [
        f"{model} is not judged: {why}."
        for model, runs in logged.items()
        if (why := _unjudged(runs))
    ]
    if unjudged:
        yield items(unjudged)
    flags = [
        f"{model} fold {fold}: {health.reason}."
        for model, healths in found.items()
        for fold, health in enumerate(healths)
        if health.overfitted
    ]
    if found:
        yield items(flags) if flags else paragraph("No run overfitted by this rule.", "verdict")


def _row(model: str, runs: list[History], healths: Sequence[TrainingHealth]) -> list[str]:
    epochs = f"{np.mean([len(run) for run in runs]):.1f}"
    if not healths:
        return [model, epochs, "", "", "", "not judged"]
    best = np.mean([one.best for one in healths])
    at_best = np.mean([one.gap[one.best - 1] for one in healths])
    at_end = np.mean([one.gap[-1] for one in healths])
    flagged = sum(one.overfitted for one in healths)
    figures = [epochs, f"{best:.1f}", f"{at_best:+.3f}", f"{at_end:+.3f}"]
    return [model, *figures, f"{flagged} of {len(healths)}"]


def _loss_curves(logged: Mapping[str, list[History]]) -> Figure:
    columns = min(3, len(logged))
    rows = -(-len(logged) // columns)
    figure = Figure(figsize=(9, 2.4 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes in grid.flat[len(logged) :]:
        axes.set_visible(False)
    for axes, (model, runs) in zip(grid.flat, logged.items(), strict=False):
        for run in runs:
            for name, colour in (("loss", BLUE), ("val_loss", ORANGE)):
                losses = {epoch: logs[name] for epoch, logs in enumerate(run, 1) if name in logs}
                axes.plot([*losses], [*losses.values()], color=colour, linewidth=0.9, alpha=0.8)
        axes.set_title(model, fontsize=9)
        axes.set_xlabel("epoch", fontsize=8)
        axes.grid(alpha=0.2)
    grid[0, 0].set_ylabel("loss", fontsize=8)
    return figure


HEADS = ("model", "ECE", "adaptive", "temperature", "ECE with it", "adaptive")
READ = (
    "Expected calibration error (ECE) over 15 bins of equal width, and adaptive: of equal number. "
    "It is biased upwards at few records. Temperature and thresholds of a fold are fitted on the "
    "out-of-fold answers of the others."
)


def calibration_section(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_calibration_of_one(one) for one in study if one.folds > 1)


def _calibration_of_one(one: CrossValidation) -> str:
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
                lambda: _calibration_curves(curves),
                f"Share right over mean confidence for each model, {title}.",
                _curve_read(one),
            ),
            table(
                ("model", *classes),
                (_thresholds(one, model) for model in one.models),
                f"F1 of each class against the rest: {'at 0.5' if one.several else HIGHEST}, and "
                "with a threshold chosen on the other folds (in brackets, their mean)",
            ),
        ]
    )


HIGHEST = "by the highest probability"


def _curve_read(one: CrossValidation) -> str:
    what = "classes that hold" if one.several else "records classified right"
    return (
        f"Share of {what} over the mean confidence of a bin of equal number, before the "
        "temperature. On the dashed line a model is calibrated."
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
    plain = replace(answers, thresholds=None).called
    shown = zip(_f1(answers, plain), _f1(answers, chosen), values.mean(axis=0), strict=True)
    return [
        model,
        *(f"{by_max:.3f}, {by_own:.3f} ({value:.2f})" for by_max, by_own, value in shown),
    ]


def _f1(answers: Predictions, chosen: np.ndarray) -> np.ndarray:
    """F1 of each class against the rest, ``[classes]``."""
    several = answers.several
    member = answers.labels > 0 if several else np.eye(len(answers.classes))[answers.labels] > 0
    hits = (member & chosen).sum(axis=0)
    return np.asarray(2 * hits / (member.sum(axis=0) + chosen.sum(axis=0)))


def _calibration_curves(found: dict[str, Calibration]) -> Figure:
    figure = Figure(figsize=(9, 2.3), layout="constrained")
    grid = figure.subplots(1, len(found), sharey=True, squeeze=False)[0]
    for axes, (model, one) in zip(grid, found.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1)
        axes.plot(one.confidence, one.accuracy, marker="o", markersize=3, color=BLUE, linewidth=1)
        axes.set_title(model, fontsize=8)
        axes.set(xlim=(min(0.2, one.confidence.min() - 0.02), 1.02), ylim=(0, 1.02))
        axes.set_xlabel("confidence", fontsize=8)
        axes.grid(alpha=0.2)
    grid[0].set_ylabel("share right", fontsize=8)
    return figure
