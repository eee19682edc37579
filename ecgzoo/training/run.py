"""Run: the folder of a training, from the recipe to the finished artifact."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from ecgzoo.artifact.folder import ArtifactFolder
from ecgzoo.errors import RunBusyError, RunError
from ecgzoo.files.atomic import as_json, write_json
from ecgzoo.files.lock import lock_if_free
from ecgzoo.training.recipe import Recipe


class Run(ArtifactFolder):
    """The folder of one training run.

    Args:
        folder: where it lies; made when it starts.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__(folder)
        self.checkpoint_file = self.folder / "checkpoint.npz"

    def check(self, recipe: Recipe) -> None:
        """Checks that the folder holds no run, or one of this recipe.

        Raises:
            RunError: if the folder holds a run of another recipe.
        """
        if not self.recipe_file.exists():
            return
        content = json.loads(as_json(recipe.to_dict()))  # tuples as the file holds them
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
        handle = lock_if_free(self.folder)
        if handle is None:
            raise RunBusyError(f"another process is training in {self.folder}; wait for it")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # it holds files
                self.folder.rmdir()
            os.close(handle)

    def recipe(self) -> Recipe:
        """What it was trained by.

        Raises:
            RunError: if it was not started.
        """
        if not self.recipe_file.exists():
            raise RunError(f"{self.folder} holds no run; `ecgzoo train` makes one")
        return Recipe(**json.loads(self.recipe_file.read_text(encoding="utf-8")))
