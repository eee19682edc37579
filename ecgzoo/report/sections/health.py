"""Training health: the losses of every run, and whether any overfitted."""

from __future__ import annotations

import json

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import TrainingHealth, health_of_history
from ecgzoo.report.figures import BLUE, ORANGE
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, items, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of

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
    found = {model: _health(one, model) for model in one.models}
    flags = [
        f"{model} fold {fold}: {health.reason}."
        for model, healths in found.items()
        for fold, health in enumerate(healths)
        if health.overfitted
    ]
    title = title_of(one)
    return "".join(
        [
            heading(title),
            table(
                HEADS, (_row(model, healths) for model, healths in found.items()), "Folds' means"
            ),
            items(flags) if flags else paragraph("No run overfitted by this rule.", "verdict"),
            drawing(
                f"health-{one.recipe.protocol}",
                lambda: _curves(found),
                f"Training and validation loss by epoch for each model, {title}.",
                "Loss by epoch, a line per fold: training in blue, validation in orange.",
            ),
        ]
    )


def _health(one: CrossValidation, model: str) -> list[TrainingHealth]:
    histories = (run.history_file.read_text(encoding="utf-8") for run in one.runs[model])
    return [health_of_history(json.loads(text)) for text in histories]


def _row(model: str, healths: list[TrainingHealth]) -> list[str]:
    epochs = np.mean([len(one.loss) for one in healths])
    best = np.mean([one.best for one in healths])
    at_best = np.mean([one.gap[one.best - 1] for one in healths])
    at_end = np.mean([one.gap[-1] for one in healths])
    flagged = sum(one.overfitted for one in healths)
    figures = [f"{epochs:.1f}", f"{best:.1f}", f"{at_best:+.3f}", f"{at_end:+.3f}"]
    return [model, *figures, f"{flagged} of {len(healths)}"]


def _curves(found: dict[str, list[TrainingHealth]]) -> Figure:
    columns = min(3, len(found))
    rows = -(-len(found) // columns)
    figure = Figure(figsize=(9, 2.4 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes in grid.flat[len(found) :]:
        axes.set_visible(False)
    for axes, (model, healths) in zip(grid.flat, found.items(), strict=False):
        for one in healths:
            epochs = np.arange(1, len(one.loss) + 1)
            axes.plot(epochs, one.loss, color=BLUE, linewidth=0.9, alpha=0.8)
            axes.plot(epochs, one.validation_loss, color=ORANGE, linewidth=0.9, alpha=0.8)
        axes.set_title(model, fontsize=9)
        axes.set_xlabel("epoch", fontsize=8)
        axes.grid(alpha=0.2)
    grid[0, 0].set_ylabel("loss", fontsize=8)
    return figure
