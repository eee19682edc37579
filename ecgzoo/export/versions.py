"""Versions: numbered folders that appear whole, in one step, and are never touched again."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from ecgzoo.artifact.resolve import version_numbers

DRAFT = ".draft-"


@contextlib.contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A folder to write the next version in, under a name that model servers pass over.

    It is gone after an error. The lock on it tells the draft of a living export from what a killed
    one left behind, which is removed here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    path, lock = _locked_folder(folder)
    try:
        yield path
    finally:
        os.close(lock)
        shutil.rmtree(path, ignore_errors=True)


def publish(path: Path) -> Path:
    """Moves a finished draft to the next number; with another export at work, to the one after.

    Returns:
        The version's folder.
    """
    _sync(path)
    folder = path.parent
    while True:
        target = folder / str(max(version_numbers(folder), default=0) + 1)
        try:
            path.rename(target)  # fails where the target is a folder with content
        except OSError:
            if not target.exists():
                raise
            continue
        _sync_folder(folder)
        return target


def withdraw(version: Path) -> None:
    """Removes a version; what a kill leaves of it has a draft's name, and goes with the next."""
    path = version.rename(version.with_name(f"{DRAFT}{uuid.uuid4().hex}"))
    shutil.rmtree(path, ignore_errors=True)


def _locked_folder(folder: Path) -> tuple[Path, int]:
    """A new draft and the lock on it.

    Before it is locked another export may take it for abandoned and remove it: then again.
    """
    while True:
        path = folder / f"{DRAFT}{uuid.uuid4().hex}"
        path.mkdir()
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(path, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path, lock
            os.close(lock)


def _remove_abandoned(folder: Path) -> None:
    for path in folder.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            lock = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)


def _sync(path: Path) -> None:
    for folder, _, files in os.walk(path):
        for name in files:
            with open(os.path.join(folder, name), "rb") as stream:
                os.fsync(stream.fileno())
        _sync_folder(Path(folder))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
