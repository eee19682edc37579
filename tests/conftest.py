"""What the processes of a run share: exported models, for tests that only read them."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
from made_once import shared_root
from shared_exports import Exported, exported_once

# Without doctests; collected as a module, it would be taken for the conftest.py of another folder.
collect_ignore = ["conftest.py"]


@pytest.fixture(scope="session")
def made_once_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where they find it, see :mod:`made_once`."""
    return shared_root(tmp_path_factory)


@pytest.fixture(scope="session")
def export_small(made_once_root: Path) -> Callable[..., Exported]:
    """Takes what :func:`shared_exports.exported_once` does, from the model's name on.

    Asked for the same again, it gives the same, loaded once in each process.
    """
    return cache(partial(exported_once, made_once_root))
