"""Atomic files: a reader sees the old content or the new, never half of one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write_atomically(path: Path, write: Callable[[Path], object], *, locked: bool = False) -> None:
    """Lets ``write`` fill a file beside ``path``, then moves it there in one step.

    Args:
        path: the file to make or replace.
        write: called with a path of the same suffix, to write to.
        locked: whether the caller holds a lock that keeps other writers off. The draft then always
            has the same name, so that kills do not pile drafts up.

    Raises:
        OSError: if the disk is full or the folder cannot be written; ``path`` is as it was.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a" / "b.txt"
        >>> write_atomically(path, lambda draft: draft.write_text("x"))
        >>> path.read_text(), [file.name for file in path.parent.iterdir()]
        ('x', ['b.txt'])
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{'new' if locked else os.getpid()}-{path.name}")
    try:
        write(draft)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Writes ``content`` as indented JSON, atomically.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "b.json"
        >>> write_json(path, {"x": 1})
        >>> json.loads(path.read_text())
        {'x': 1}
    """
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    write_atomically(path, lambda draft: draft.write_text(text, encoding="utf-8"))


def update_text(path: Path, text: str) -> None:
    """Writes a text, atomically, unless the file holds it already; the caller holds a lock.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.txt"
        >>> update_text(path, "x")
        >>> path.read_text()
        'x'
    """
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, lambda draft: draft.write_text(text, encoding="utf-8"), locked=True)
