"""Finished runs become exported versions, several at a time."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from rich.console import Console

from ecgzoo.parts import Parts
from ecgzoo.processes import end_with_parent
from ecgzoo.quiet import import_tensorflow


def export_runs(folders: Sequence[Path], exported: Path, jobs: int, console: Console) -> None:
    """Exports what is not exported yet, and says of each where it is and what it took.

    Args:
        folders: finished runs.
        exported: the folder of versions.
        jobs: how many export at once, each in a process of its own; one does in this one.
        console: where it is said.
    """
    from ecgzoo.exporting.saved_model.write import newest_export

    missing = []
    for folder in folders:
        if there := newest_export(folder, exported):
            console.print(f"exported already: {there}")
        else:
            missing.append(folder)
    for version, seconds in _versions(missing, exported, min(jobs, len(missing))):
        console.print(f"exported {version}: answers as Keras does ({seconds:.0f} s)")


def _versions(folders: Sequence[Path], exported: Path, jobs: int) -> Iterator[tuple[Path, float]]:
    export = partial(_timed_export, exported)
    if jobs < 2:
        yield from map(export, folders)
        return
    dearest_first = sorted(folders, key=_size, reverse=True)
    spawn, parts = multiprocessing.get_context("spawn"), Parts.of_this_process()
    with ProcessPoolExecutor(jobs, spawn, _begin, (parts,)) as pool:
        yield from pool.map(export, dearest_first)


def _size(folder: Path) -> int:
    from ecgzoo.artifact.folder import ArtifactFolder

    return ArtifactFolder(folder).weights_file.stat().st_size


def _begin(parts: Parts) -> None:
    end_with_parent()
    import_tensorflow()
    parts.take_over()


def _timed_export(exported: Path, folder: Path) -> tuple[Path, float]:
    from ecgzoo.exporting.saved_model.write import export

    start = time.monotonic()
    return export(folder, exported), time.monotonic() - start
