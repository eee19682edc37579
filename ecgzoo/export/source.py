"""Source: what is exported, named by its folder or by its model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ecgzoo.presets import DESCRIPTION, SHIPPED, PresetError, shipped_folders
from ecgzoo.registry import MODELS, UnknownNameError, unknown


def find_source(asked: str | Path, runs: Path = Path("runs")) -> Path:
    """The folder of a finished run or preset.

    Args:
        asked: the folder itself; the name of a shipped preset, ``<model>.<tag>``; or the name of a
            model, which means its newest finished run, and without one the preset that is shipped.
            Runs on a protocol that leaks are passed over.
        runs: folder of runs.

    Raises:
        UnknownNameError: if it is none of these; the message suggests the nearest.
        PresetError: if the model has no run and no preset.
    """
    if Path(asked).is_dir():
        return Path(asked)
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


def _finished(model: str, runs: Path) -> Iterator[Path]:
    for path in runs.rglob(DESCRIPTION):
        description = json.loads(path.read_text(encoding="utf-8"))
        if description["model"] == model and not description["metrics"].get("leaky"):
            yield path.parent


def _written(run: Path) -> float:
    return (run / DESCRIPTION).stat().st_mtime
