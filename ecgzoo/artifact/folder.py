"""ArtifactFolder: the files of a run, a preset, a fine-tuned run or an exported version.

All four are one kind of thing. What describes them is ``preset.json``; a version has it beside its
graph, in ``assets.extra``, where model servers leave it alone and look for their warm-up.
"""

import json
from pathlib import Path
from typing import Any

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.estimates import Estimates
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, read_description, read_preset
from ecgzoo.errors import RunError

EXTRA = "assets.extra"
WARM_UP = "tf_serving_warmup_requests"
RECORDED = "recorded.npz"
DIGESTS = "SHA256SUMS"
SIGNED = "model.sig"


class ArtifactFolder:
    """An artifact's folder, which may not be finished yet.

    Args:
        folder: where it lies.

    Example:
        >>> from ecgzoo.artifact import resolve
        >>> found = ArtifactFolder(resolve("cnn1d.ecg_images"))
        >>> found.kind, found.finished, found.preset().model
        ('preset', True, 'cnn1d')
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.weights_file = self.folder / WEIGHTS
        self.history_file = self.folder / "history.json"
        self.metrics_file = self.folder / "metrics.json"
        self.predictions_file = self.folder / "predictions.csv"
        self.recipe_file = self.folder / "recipe.json"

    @property
    def exported(self) -> bool:
        """Whether it is an exported version, which is served and not trained."""
        return (self.folder / EXTRA / DESCRIPTION).is_file()

    @property
    def description_file(self) -> Path:
        """Its ``preset.json``, the last file to be written."""
        beside = self.folder / EXTRA if self.exported else self.folder
        return beside / DESCRIPTION

    @property
    def finished(self) -> bool:
        """Whether it is whole."""
        return self.description_file.exists()

    @property
    def kind(self) -> str:
        """``"exported version"``, ``"run"``, ``"fine-tuned run"`` or ``"preset"``."""
        if self.exported:
            return "exported version"
        if self.recipe_file.exists():
            return "run"
        return "fine-tuned run" if (self.folder / "finetuning.json").exists() else "preset"

    def preset(self) -> Preset:
        """What its weights belong to.

        Raises:
            RunError: if it is not finished.
            PresetError: if a file is damaged.
        """
        self._check_finished()
        return (
            read_description(self.description_file) if self.exported else read_preset(self.folder)
        )

    def metrics(self) -> dict[str, Any]:
        """The figures on its test part, with the protocol they were measured under.

        A preset made of several folds has no test part of its own; it has theirs.

        Raises:
            RunError: if it is not finished, or has no figures.
        """
        self._check_finished()
        if not self.metrics_file.exists() and (figures := self.preset().metrics):
            return dict(figures)
        self._check_tested(self.metrics_file)
        return dict(json.loads(self.metrics_file.read_text(encoding="utf-8")))

    def predictions(self) -> Predictions:
        """The predictions for its test part.

        Raises:
            RunError: if it is not finished, or has no test part.
        """
        self._check_tested(self.predictions_file)
        regression = read_description(self.description_file).regression
        return (Estimates if regression else Predictions).read(self.predictions_file)

    def _check_tested(self, file: Path) -> None:
        self._check_finished()
        if not file.exists():
            raise RunError(
                f"{self.folder} was fitted on all records and has no test part; its figures are "
                "those of its folds: see `ecgzoo preset`"
            )

    def _check_finished(self) -> None:
        if not self.finished:
            raise RunError(f"{self.folder} holds no finished run; `ecgzoo train` makes one")
