"""Server files: what a model server is started with, kept in step with the labels."""

from __future__ import annotations

from pathlib import Path

from ecgzoo.atomic_write import update_text
from ecgzoo.export.batching import BATCHING
from ecgzoo.export.compose import COMPOSE
from ecgzoo.export.labels import labelled_models
from ecgzoo.export.models_config import models_config


def write_server_files(root: Path) -> None:
    """Writes ``models.config``, ``batching.config`` and ``compose.yaml``, each in one step.

    The caller holds the root's lock.

    Raises:
        LabelError: if a label stands on a version that is not there; then nothing is written.
    """
    contents = {
        "models.config": models_config(labelled_models(root)),
        "batching.config": BATCHING,
        "compose.yaml": COMPOSE,
    }
    for name, text in contents.items():
        update_text(root / name, text)
