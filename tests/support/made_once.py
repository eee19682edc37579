"""Folders that tests only read, made once in a run of the tests, whichever process comes first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ecgzoo.files.lock import locked


def shared_root(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run: with pytest-xdist, the one that its processes' own folders lie in."""
    own = factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made_once"
    root.mkdir(exist_ok=True)
    return root


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder as ``make`` fills it; processes that want it meanwhile wait until it is whole."""
    lock = folder.with_name(f"{folder.name}.lock")
    lock.mkdir(exist_ok=True)
    with locked(lock):
        if not folder.exists():
            draft = lock / "draft"
            shutil.rmtree(draft, ignore_errors=True)  # what a failed attempt left
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder
