"""FineTuned: what a fine-tuning gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.errors import RunError
from ecgzoo.evaluation import ClassificationMetrics
from ecgzoo.files.atomic import write_atomically, write_json
from ecgzoo.models.weights import Loaded
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.run import Run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class FineTuned:
    """A fine-tuned model, and its figures on a test part that nothing was fitted or chosen on.

    Attributes:
        model: from the raw signal to probabilities.
        preset: what it takes and answers, and every record that its weights have seen.
        loaded: which tensors it started with.
        new_head: whether it started with an untrained head; ``before`` is then chance.
        before: figures before any training.
        head_only: with the head trained and the body as it was.
        after: of the model.
        predictions: its answers for the test part.
        history: a dictionary of logs per epoch, with its phase.
        settings: how it was tuned.
        frozen: layers with weights that were frozen in the model given; they are as they were.
        overlap: test records that the weights it started with were trained on already. If there are
            any, the figures leak, and ``preset.metrics["leaky"]`` says so.
        folder: the run's folder, or None if none was asked for.
    """

    model: keras.Model
    preset: Preset
    loaded: Loaded
    new_head: bool
    before: ClassificationMetrics
    head_only: ClassificationMetrics
    after: ClassificationMetrics
    predictions: Predictions
    history: list[dict[str, Any]]
    settings: FineTuning
    frozen: int
    overlap: int
    folder: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """The figures and the settings, ready for JSON."""
        return {
            "loaded": str(self.loaded),
            "new_head": self.new_head,
            "before": self.before.to_dict(),
            "head_only": self.head_only.to_dict(),
            "after": self.after.to_dict(),
            "frozen": self.frozen,
            "overlap": self.overlap,
            "settings": self.settings.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Accuracy and macro F1 on the test part, a row per moment."""
        import pandas as pd

        moments = {"before": self.before, "head only": self.head_only, "after": self.after}
        rows = [{"accuracy": one.accuracy, "macro F1": one.f1} for one in moments.values()]
        return pd.DataFrame(rows, index=list(moments))


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
