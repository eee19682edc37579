"""The run's folder of a fine-tuning: `evaluate` and `export` take it like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras

from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, digest
from ecgzoo.atomic_write import write_atomically, write_json
from ecgzoo.errors import RunError
from ecgzoo.training.finetuning.result import FineTuned
from ecgzoo.training.run import Run

REPORT = "finetuning.json"


def check_free(folder: Path) -> None:
    """Checks that nothing would be overwritten.

    Raises:
        RunError: if there is something at the place.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(f"{folder} is there already; choose another folder, or remove it first")


def write_folder(folder: Path, core: keras.Model, tuned: FineTuned) -> FineTuned:
    """Writes the files; the description that marks the run finished comes last."""
    run = Run(folder)
    write_atomically(folder / WEIGHTS, core.save_weights)
    preset = replace(tuned.preset, weights_sha256=digest(folder / WEIGHTS))
    write_json(run.history_file, tuned.history)
    write_json(run.metrics_file, preset.metrics)
    write_json(folder / REPORT, tuned.to_dict())
    tuned.predictions.write(run.predictions_file)
    write_json(folder / DESCRIPTION, preset.to_dict())
    return replace(tuned, preset=preset, folder=folder)
