"""The option --jobs: further processes that train the same plan, each on its share of the cores.

Two processes with a thread per core each hinder each other: a step takes several times as long.
With as many threads in all as there are cores they run side by side at full speed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecgzoo.cli.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.training.recipe import Recipe
    from tf_data import SignalDataset

THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def share_cores(jobs: int) -> None:
    """Has TensorFlow use one job's share of the cores, here and in the processes started later.

    It is read when TensorFlow is imported. What the environment says already is kept.
    """
    if jobs > 1:
        share = max(1, len(os.sched_getaffinity(0)) // jobs)
        for name in THREADS:
            os.environ.setdefault(name, str(share))


@contextlib.contextmanager
def helpers(
    count: int, plan: list[Recipe], runs: Path, dataset: SignalDataset | None = None
) -> Iterator[list[SpawnProcess]]:
    """Processes that train what of the plan nobody trains, until the block or this process ends.

    They say nothing: what stops one of them is met by the process that goes through the whole plan.
    """
    # Recipes travel as dictionaries, since to read one is to import TensorFlow, which prints.
    recipes = [recipe.to_dict() for recipe in plan]
    spawn = multiprocessing.get_context("spawn")
    started = [
        spawn.Process(target=_help, args=(recipes, runs, dataset), daemon=True)
        for _ in range(count)
    ]
    try:
        for process in started:
            process.start()
        yield started
    finally:
        for process in filter(lambda one: one.pid, started):
            process.terminate()
            process.join()


def _help(recipes: list[dict[str, Any]], runs: Path, dataset: SignalDataset | None) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    import_tensorflow()
    from ecgzoo.training.cross_validation import cross_validate
    from ecgzoo.training.recipe import Recipe

    cross_validate([Recipe(**one) for one in recipes], runs, dataset=dataset)


def _end_with_parent() -> None:
    """Ends this process at once when its parent did, however: a run that is cut can go on."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
