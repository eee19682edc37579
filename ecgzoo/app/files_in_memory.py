"""Files in memory: what was dropped, laid where readers find it, and gone when they are done."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from ecgzoo.errors import SignalError
from ecgzoo.prediction.page_or_record import is_page
from ecgzoo.prediction.records import files_in

MEMORY = Path("/dev/shm")  # noqa: S108 (Linux keeps its files in memory)
PREFIX = f"ecgzoo-app-{os.getpid()}-"  # what is another app's is told from what is this one's


def in_memory() -> bool:
    """Whether this machine keeps a folder in memory; else the disk's folder for passing files."""
    return MEMORY.is_dir()


@contextlib.contextmanager
def laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder that holds files, as the readers of records take them, until the block is left.

    Args:
        files: contents by name, as :func:`safe_name` makes it.

    Example:
        >>> with laid_out({"a.csv": b"II"}) as folder:
        ...     (folder / "a.csv").read_text()
        'II'
        >>> folder.exists()
        False
    """
    where = MEMORY if in_memory() else None
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where) as name:
        folder = Path(name)
        for file, contents in files.items():
            (folder / file).write_bytes(contents)
        yield folder


def safe_name(name: str) -> str:
    r"""A file's name without what would lead out of its folder.

    Raises:
        SignalError: if nothing is left of it.

    Example:
        >>> safe_name("../records/100.dat"), safe_name(r"C:\records\100.dat")
        ('100.dat', '100.dat')
    """
    last = PurePath(name.replace("\\", "/")).name.replace("\0", "")
    if last in ("", ".", ".."):
        raise SignalError(f"expected a file with a name; got {name!r}")
    return last


def asked_in(folder: Path) -> list[Path]:
    """What to ask about in a folder: its records and pages, and what belongs to none of them.

    A file alone is asked about as it is, so that what is wrong with it is said as ``ecgzoo
    predict`` says it; of several, those that are part of a record, as a ``.dat`` is of its
    ``.hea``, are not asked about by themselves.
    """
    files = sorted(folder.iterdir())
    if len(files) == 1:
        return files
    try:
        found = files_in(folder) or []
    except FileNotFoundError:  # no record among them: each says what it is not
        return files
    records = {path.stem for path in found if not is_page(path)}
    rest = [path for path in files if path not in found and path.stem not in records]
    return sorted([*found, *rest])
