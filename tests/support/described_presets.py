"""Runs and presets of few bytes, that no model was built for: what a card and a table read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from small_presets import CLASSES, SPEC

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.files.atomic import write_json
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run

RECORDS, NUMBERS = 60, 1234
SOURCE = {
    "name": "toy",
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "citation": "Nobody (2024), Toys.",
}


def described_preset(folder: Path, model: str = "hybrid1", **facts: Any) -> Path:
    """Writes the folder; its weights are zeros of no layer."""
    folder.mkdir(parents=True)
    with h5py.File(folder / WEIGHTS, "w") as file:
        file["layers/dense/vars/0"] = np.zeros(NUMBERS, "float32")
        file["layers/dropout/seed_generator/vars/0"] = np.zeros(2, "uint32")
    sha = digest(folder / WEIGHTS)
    preset = Preset(model, SPEC, CLASSES, weights_sha256=sha, **facts)
    write_json(folder / DESCRIPTION, preset.to_dict())
    return folder


def answers_of(seed: int, right: float = 0.8) -> Predictions:
    """Answers of all records, two to a group, that are right as often as told."""
    rng = np.random.default_rng(seed)
    labels = np.arange(RECORDS) % 3
    said = np.where(rng.random(RECORDS) < right, labels, (labels + 1) % 3)
    sure = rng.uniform(0.5, 0.95, RECORDS)[:, None]
    shares = sure * np.eye(3)[said] + (1 - sure) * (1 - np.eye(3)[said]) / 2
    names = np.array([f"record{i:02}" for i in range(RECORDS)])
    return Predictions(
        names, np.array([f"{i // 2}" for i in range(RECORDS)]), labels, shares, CLASSES
    )


def described_folds(
    root: Path, seed: int, answers: Predictions | None = None, **changes: Any
) -> list[Run]:
    """A finished cross-validation of two folds, cut in another way for each seed."""
    answers = answers or answers_of(seed)
    groups = answers.groups.astype(int)
    rows = [np.flatnonzero((groups + seed * (groups // 2)) % 2 == fold) for fold in range(2)]
    runs = []
    for fold, mine in enumerate(rows):
        recipe = Recipe("hybrid1", folds=2, fold=fold, fold_seed=seed, **changes)
        run = Run(described_preset(root / recipe.run_name))
        run.start(recipe)
        columns = (answers.names, answers.groups, answers.labels, answers.probabilities)
        Predictions(*(one[mine] for one in columns), CLASSES).write(run.predictions_file)
        runs.append(run)
    return runs


def described_final(root: Path, seed: int = 10, **changes: Any) -> Run:
    """The final fit that goes with them."""
    recipe = replace(Recipe("hybrid1", folds=2, fold_seed=seed, **changes), final=True)
    training = {
        "recipe": recipe.to_dict(),
        "class_counts": {"before": {"Normal": 20}, "after": {"Normal": 25}},
        "records": ["a", "b"],
        "versions": {"ecgzoo": "0.1.0", "keras": "3.15"},
    }
    run = Run(described_preset(root / recipe.run_name, page="traces", training=training))
    run.start(recipe)
    return run


def published(root: Path, seeds: Sequence[int] = (10, 11), tag: str = "toy") -> Path:
    """A preset of such runs, below ``root / "weights"``."""
    from ecgzoo.training.preset_folder import publish_preset

    folds = [run for seed in seeds for run in described_folds(root, seed)]
    return publish_preset(folds, described_final(root), tag, SOURCE, root / "weights")
