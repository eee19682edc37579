"""Versions: numbered folders that appear whole, in one step, and are never touched again."""

import contextlib
import itertools
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ecgzoo.artifact.folder import EXTRA, SIGNED, WARM_UP
from ecgzoo.artifact.preset import DESCRIPTION, Preset, read_description
from ecgzoo.artifact.resolution import version_numbers
from ecgzoo.errors import PresetError
from ecgzoo.files.lock import lock, lock_if_free

DRAFT = ".draft-"


@contextlib.contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A folder to write the next version in, under a name that model servers pass over.

    It is gone after an error. The lock on it tells the draft of a living export from what a killed
    one left behind, which is removed here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    path, held = _locked_folder(folder)
    try:
        yield path
    finally:
        os.close(held)
        shutil.rmtree(path, ignore_errors=True)


def publish(path: Path) -> Path:
    """Moves a finished draft to the next number; to the one after where that one is taken.

    Another export at work may take it, and so may a file of that name, which stays.

    Returns:
        The version's folder.
    """
    _sync(path, *path.rglob("*"))
    folder = path.parent
    for number in itertools.count(max(version_numbers(folder), default=0) + 1):
        target = folder / str(number)
        try:
            path.rename(target)  # fails where the target is a file, or a folder with content
        except OSError:
            if not target.exists():
                raise
            continue
        break
    _sync(folder)
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
            held = lock(path)
            if path.exists():
                return path, held
            os.close(held)


def _remove_abandoned(folder: Path) -> None:
    for path in folder.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            held = lock_if_free(path)
            if held is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(held)


def _sync(*paths: Path) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True)
class Summary:
    """One version, told by its files.

    Attributes:
        folder: where it lies.
        written: when, local time.
        size: of all files, in bytes.
        macro_f1: on the test part; None if it was not measured.
        protocol: what the split was like: ``"grouped"`` or ``"paper"``.
        leaky: whether copies of test pages were trained on.
        signed: whether it has a signature.
        warm_up: whether it has warm-up requests.
    """

    folder: Path
    written: datetime
    size: int
    macro_f1: float | None
    protocol: str | None
    leaky: bool
    signed: bool
    warm_up: bool


def summarize(version: Path) -> Summary:
    """Reads a version's files.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote, or its description is
            damaged.
        OSError: if its graph is missing.
    """
    extra, metrics = version / EXTRA, preset_of(version).metrics
    return Summary(
        version,
        datetime.fromtimestamp((version / "saved_model.pb").stat().st_mtime),
        sum(path.stat().st_size for path in version.rglob("*") if path.is_file()),
        _macro_f1(metrics, extra / DESCRIPTION),
        metrics.get("protocol"),
        metrics.get("leaky", False),
        (extra / SIGNED).is_file(),
        (extra / WARM_UP).is_file(),
    )


def _macro_f1(metrics: Mapping[str, Any], description: Path) -> float | None:
    try:
        measured = metrics.get("macro", {}).get("f1")
        return None if measured is None else float(measured)
    except (AttributeError, TypeError, ValueError) as error:
        raise PresetError(
            f"{description} is damaged: expected the macro F1 as a number in 'metrics'; got "
            f"'macro': {metrics['macro']!r}"
        ) from error


def preset_of(version: Path) -> Preset:
    """What a version was made of, by the description beside its graph.

    Raises:
        PresetError: if it is no version that ``ecgzoo export`` wrote, or the description is
            damaged; the message names it.
    """
    description = version / EXTRA / DESCRIPTION
    if not description.is_file():
        raise PresetError(f"{version} is no version that `ecgzoo export` wrote: no {description}")
    return read_description(description)
