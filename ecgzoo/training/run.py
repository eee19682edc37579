"""A run's folder: recipe, checkpoint, and in the end weights, predictions and metrics as files."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, Preset, read_preset
from ecgzoo.errors import RunBusyError, RunError
from ecgzoo.files.atomic import write_json
from ecgzoo.training.recipe import Recipe


class Run:
    """The folder of one training run.

    Args:
        folder: where it lies; made when it starts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.recipe_file = self.folder / "recipe.json"
        self.checkpoint_file = self.folder / "checkpoint.npz"
        self.history_file = self.folder / "history.json"
        self.metrics_file = self.folder / "metrics.json"
        self.predictions_file = self.folder / "predictions.csv"

    @property
    def finished(self) -> bool:
        """Whether it ended; its description is the last file to be written."""
        return (self.folder / DESCRIPTION).exists()

    def check(self, recipe: Recipe) -> None:
        """Checks that the folder holds no run, or one of this recipe.

        Raises:
            RunError: if the folder holds a run of another recipe.
        """
        if not self.recipe_file.exists():
            return
        content = json.loads(json.dumps(recipe.to_dict()))  # tuples as the file holds them
        there = json.loads(self.recipe_file.read_text(encoding="utf-8"))
        there = Recipe(there.get("model", recipe.model)).to_dict() | there  # of before an option
        differing = sorted(k for k in content | there if there.get(k) != content.get(k))
        if differing:
            listed = ", ".join(f"{k} {there.get(k)!r} (now {content.get(k)!r})" for k in differing)
            raise RunError(
                f"{self.folder} holds a run of another recipe: {listed}. "
                "Choose another folder, or remove this one."
            )

    def start(self, recipe: Recipe) -> None:
        """Notes the recipe, once it is known that it can be followed."""
        write_json(self.recipe_file, recipe.to_dict())

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other processes out; the lock ends with this process, however it ends.

        The folder is made for it, and goes again if nothing was written.

        Raises:
            RunBusyError: if another process trains here.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            self._lock(handle)
            try:
                yield
            finally:
                with contextlib.suppress(OSError):  # it holds files
                    self.folder.rmdir()
        finally:
            os.close(handle)

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = f"another process is training in {self.folder}; wait for it"
            raise RunBusyError(busy) from None

    def recipe(self) -> Recipe:
        """What it was trained by.

        Raises:
            RunError: if it was not started.
        """
        if not self.recipe_file.exists():
            raise RunError(f"{self.folder} holds no run; `ecgzoo train` makes one")
        return Recipe(**json.loads(self.recipe_file.read_text(encoding="utf-8")))

    def predictions(self) -> Predictions:
        """The predictions for its test part.

        Raises:
            RunError: if the run has not finished, or has no test part.
        """
        self._check_tested(self.predictions_file)
        return Predictions.read(self.predictions_file)

    def metrics(self) -> dict[str, Any]:
        """The figures on its test part, with the protocol they were measured under.

        A preset made of several folds has no test part of its own; it has theirs.

        Raises:
            RunError: if the run has not finished, or has no figures.
        """
        self._check_finished()
        if not self.metrics_file.exists() and (figures := read_preset(self.folder).metrics):
            return dict(figures)
        self._check_tested(self.metrics_file)
        return dict(json.loads(self.metrics_file.read_text(encoding="utf-8")))

    def preset(self) -> Preset:
        """What its weights belong to, with the class counts of the training part.

        Raises:
            RunError: if the run has not finished.
            PresetError: if a file is damaged.
        """
        self._check_finished()
        return read_preset(self.folder)

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
