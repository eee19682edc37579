"""Training health: the losses of every run, and whether any overfitted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import TrainingHealth, health_of_history
from ecgzoo.report.figures import BLUE, ORANGE
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, items, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.training.run import Run

History = list[dict[str, float]]
HEADS = ("model", "epochs", "best epoch", "gap at the best", "gap at the end", "overfitted")
READ = (
    "The gap is the validation loss minus the training loss. Augmentation, mixup and dropout make "
    "training harder than validation, so a sound gap may be negative. A run counts as overfitted "
    "if its smoothed validation loss ended more than a tenth above its lowest while the training "
    "loss went on falling; the weights kept are those of the best epoch all the same."
)


def training_health_section(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_of_one(one) for one in study)


def _of_one(one: CrossValidation) -> str:
    logged = {model: list(map(_history, one.runs[model])) for model in one.models}
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
                HEADS,
                (_row(model, runs, found.get(model, ())) for model, runs in logged.items()),
                "Folds' means",
            ),
            *_verdicts(logged, found),
            drawing(
                f"health-{one.recipe.protocol}",
                lambda: _curves(logged),
                f"Training and validation loss by epoch for each model, {title}.",
                "Loss by epoch, a line per fold: training in blue, validation in orange.",
            ),
        ]
    )


def _history(run: Run) -> History:
    logs: History = json.loads(run.history_file.read_text(encoding="utf-8"))
    return logs


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


def _curves(logged: Mapping[str, list[History]]) -> Figure:
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
