"""Atomic files and folders: a reader sees the old content or the new, never half of one."""

import ctypes
import json
import os
import shutil
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
    except OSError as error:
        if error.filename == str(draft):  # which nobody knows
            error.filename = str(path)
        raise
    finally:
        draft.unlink(missing_ok=True)


def as_json(content: Any) -> str:
    """``content`` as indented JSON, with NumPy's numbers and arrays as plain ones.

    Raises:
        TypeError: if something in it is none of these, nor what JSON knows.
        ValueError: if a number is not finite.

    Example:
        >>> import numpy as np
        >>> json.loads(as_json({"x": np.int64(1), "y": np.zeros(2)}))
        {'x': 1, 'y': [0.0, 0.0]}
    """
    return json.dumps(content, indent=2, allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    if not hasattr(value, "tolist"):
        raise TypeError(
            "expected text, numbers, lists and dictionaries, or arrays of NumPy, to write as JSON; "
            f"got a {type(value).__name__}: {value!r}"
        )
    return value.tolist()


def write_json(path: Path, content: Any) -> None:
    """Writes ``content`` as indented JSON, atomically; what may stand in it: :func:`as_json`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "b.json"
        >>> write_json(path, {"x": 1})
        >>> json.loads(path.read_text())
        {'x': 1}
    """
    text = as_json(content) + "\n"
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


def replace_folder(new: Path, target: Path) -> None:
    """Moves a folder to ``target``; what stood there goes, but not before the new one is there.

    Linux exchanges the two in one step, so that a folder stands at ``target`` at every moment.
    Where that cannot be done (other systems, some network drives), the old one waits beside
    meanwhile; should this process be killed just then, :func:`restore_folder` brings it back.

    Args:
        new: a folder on the same file system; it is gone afterwards.
        target: where it is to be.

    Raises:
        OSError: if it cannot be moved; ``target`` is as it was.

    Example:
        >>> import tempfile
        >>> root = Path(tempfile.mkdtemp())
        >>> for name in ("old", "new"):
        ...     write_json(root / name / "x.json", name)
        >>> replace_folder(root / "new", root / "old")
        >>> json.loads((root / "old" / "x.json").read_text()), [one.name for one in root.iterdir()]
        ('new', ['old'])
    """
    restore_folder(target)
    if not target.exists():
        new.rename(target)
    elif _exchanged(new, target):
        shutil.rmtree(new)
    else:
        target.rename(_aside(target))
        try:
            new.rename(target)
        finally:
            restore_folder(target)


def restore_folder(target: Path) -> None:
    """Undoes, or ends, a replacement of ``target`` by :func:`replace_folder` that was cut short.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "a"
        >>> _aside(target).mkdir()  # as a kill left it
        >>> restore_folder(target)
        >>> target.is_dir(), _aside(target).exists()
        (True, False)
    """
    aside = _aside(target)
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
    elif aside.exists():
        aside.rename(target)


def _aside(target: Path) -> Path:
    return target.with_name(f".replaced-{target.name}")


AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux: paths from the working folder on; swap the two


def _exchanged(one: Path, other: Path) -> bool:
    """Swaps two folders in one step; False, with both as they were, where that cannot be done."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    return done == 0
