"""Source: what is exported, named by its folder or by its model."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from ecgzoo.export.versions import version_numbers
from ecgzoo.presets import (
    DESCRIPTION,
    SHIPPED,
    PresetError,
    read_description,
    shipped_folders,
)
from ecgzoo.registry import MODELS, UnknownNameError, unknown


def find_source(asked: str | Path, runs: Path = Path("runs")) -> Path:
    """The folder of a finished run or preset.

    Args:
        asked: the folder itself, also of an exported model or version; the name of a shipped
            preset, ``<model>.<tag>``; or the name of a model, which means its newest finished run,
            and without one the preset that is shipped. Runs on a protocol that leaks are passed
            over.
        runs: folder of runs.

    Raises:
        UnknownNameError: if it is none of these; the message suggests the nearest.
        PresetError: if the folder holds none of these, or the model has no run and no preset.
    """
    if Path(asked).is_dir():
        return _checked_artifact(Path(asked))
    if shipped := shipped_folders().get(str(asked)):
        return shipped
    if str(asked) not in MODELS:
        said = unknown("model or preset", str(asked), [*MODELS, *shipped_folders()])
        raise UnknownNameError(f"{said}; or name the folder of a run or preset")
    found = sorted(_finished(str(asked), runs), key=_written, reverse=True)
    found += sorted(SHIPPED.glob(f"{asked}.*"))
    if not found:
        raise PresetError(
            f"no finished run of {asked} below {runs}, and no preset of it is shipped; "
            f"`ecgzoo train {asked}` makes a run, or name a folder"
        )
    return found[0]


def _checked_artifact(folder: Path) -> Path:
    """The folder, which holds a run, a preset, or an exported version itself or by its number."""
    exported = (folder / "saved_model.pb").is_file() or version_numbers(folder)
    if not exported and not (folder / DESCRIPTION).is_file():
        raise PresetError(
            f"{folder} is no finished run, no preset and no exported model: expected "
            f"{DESCRIPTION} or numbered versions in it; name one of their folders"
        )
    return folder


def _finished(model: str, runs: Path) -> Iterator[Path]:
    for path in _described(model, runs):
        preset = read_description(path)
        if preset.model == model and not preset.metrics.get("leaky"):
            yield path.parent


def _described(model: str, runs: Path) -> list[Path]:
    """The descriptions that may be of a model, where commands and fine-tuning write runs.

    A run lies in ``<plan>/<model>/<part>``, where a folder of plans may be around the plan and the
    model's options may be in its name; or anywhere else two folders down. Whatever lies deeper is
    not looked at: a folder of runs may by mistake be any.
    """
    around, named = ("", "*/", "*/*/"), f"{glob.escape(model)}*/"
    inside = ("", named, f"{named}*/")
    found = {path for a in around for b in inside for path in runs.glob(f"{a}{b}{DESCRIPTION}")}
    return sorted(found)


def _written(run: Path) -> float:
    return (run / DESCRIPTION).stat().st_mtime
