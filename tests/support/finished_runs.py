"""Finished runs as training leaves them, with answers that are right as often as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from small_presets import CLASSES, SPEC

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.files.atomic import write_json
from ecgzoo.training.cross_validation import recipes
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

RECORDS = 60


def finished_runs(
    folder: Path,
    model: str,
    right: float,
    folds: int = 2,
    protocol: str = "grouped",
    options: dict[str, Any] | None = None,
    history: Sequence[Mapping[str, float]] = ({"loss": 1.0, "val_loss": 1.1},),
) -> Path:
    """Writes the runs of a model without weights; returns the folder of its cross-validation."""
    rng = np.random.default_rng(0)
    base = Recipe(
        model,
        options or {},
        epochs=len(history),
        protocol=protocol,
        validation="val_loss" in history[0],
    )
    for recipe in recipes(base, [model], range(folds)):
        run = Run(folder / recipe.run_name)
        run.start(recipe)
        (run.folder / WEIGHTS).write_bytes(b"none")
        labels = np.arange(RECORDS) % 3
        answers = np.where(rng.random(RECORDS) < right, labels, (labels + 1) % 3)
        names = np.array([f"{recipe.fold}-{i}" for i in range(RECORDS)])
        shares = 0.7 * np.eye(3)[answers] + 0.1
        Predictions(names, names, labels, shares, CLASSES).write(run.predictions_file)
        write_json(run.history_file, history)
        training = {"versions": {"ecgzoo": "0"}, "recipe": recipe.to_dict()}
        preset = Preset(
            model,
            SPEC,
            CLASSES,
            weights_sha256=digest(run.folder / WEIGHTS),
            training=training,
        )
        write_json(run.folder / DESCRIPTION, preset.to_dict())
    return run.folder.parents[1]
