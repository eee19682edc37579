"""What the processes of a run share: exported models, for tests that only read them.

The process that starts the others reads this file too, before they begin: what takes long to
import is imported where it is needed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_once import shared_root

if TYPE_CHECKING:
    from shared_exports import Exported

# Without doctests; collected as a module, it would be taken for the conftest.py of another folder.
collect_ignore = ["conftest.py"]


def pytest_collection_finish() -> None:
    """What was imported and collected stays: garbage need not be looked for in it time and again.

    It is some million objects, which every full collection would go through.
    """
    gc.freeze()


@pytest.fixture(scope="session")
def made_once_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where they find it, see :mod:`made_once`."""
    return shared_root(tmp_path_factory)


@pytest.fixture(scope="session")
def export_small(made_once_root: Path) -> Callable[..., Exported]:
    """Takes what :func:`shared_exports.exported_once` does, from the model's name on.

    Asked for the same again, it gives the same, loaded once in each process.
    """
    from shared_exports import exported_once

    return cache(partial(exported_once, made_once_root))
