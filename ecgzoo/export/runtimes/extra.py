"""The packages that converting needs, which ecgzoo itself does without."""

from __future__ import annotations

import importlib
from typing import Any

from ecgzoo.errors import ExportError


def import_extra(name: str) -> Any:
    """A module of the extra ``runtimes``.

    Raises:
        ExportError: if its package is not installed.

    Example:
        >>> import_extra("no_such_runtime")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.ExportError: no_such_runtime is not installed; \
`pip install 'ecgzoo[runtimes]'` brings it
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        remedy = "`pip install 'ecgzoo[runtimes]'` brings it"
        raise ExportError(f"{name.partition('.')[0]} is not installed; {remedy}") from error
