"""Formats: which one a file is of, known by its content, and what it holds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import RawRecord

HEAD = 4096  # bytes that a format is known by


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes:
        name: as people call it.
        endings: of its files' names, as they usually are; a file of another name is known too.
        reader: ``"module:function"`` that takes a path and gives a RawRecord; imported when needed.
        known: whether a file of this beginning is of the format, by a sign of its own. A format
            without one is known by its endings.
    """

    name: str
    endings: tuple[str, ...]
    reader: str
    known: Callable[[bytes], bool]

    def read(self, path: Path) -> RawRecord:
        """What a file of the format holds."""
        module, function = self.reader.split(":")
        found: RawRecord = getattr(importlib.import_module(module), function)(path)
        return found


FORMATS = (
    Format("NumPy", (".npy",), "tf_data.formats.npy:read_numpy", lambda h: h[:6] == b"\x93NUMPY"),
    Format("CSV", (".csv",), "tf_data.formats.delimited:read_csv", lambda _: False),
)
"""A record of one file; the first that knows its beginning reads it."""

WFDB = Format("WFDB", (".hea", ".dat"), "tf_data.formats.wfdb_record:read_wfdb", lambda _: False)
"""A record of several files: known by its header, which lies beside the others."""

ENDINGS = (".hea", *(ending for one in FORMATS for ending in one.endings), ".dat")
"""What a record's file may end in, in the order in which they are looked for."""


def format_of(path: Path) -> Format:
    r"""The format of a record.

    Raises:
        FileNotFoundError: if there is no such file and no such WFDB record.
        SignalError: if it is of no format that is read.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "beat.txt")
        >>> _ = file.write_text("I,II\n0.1,0.2\n")
        >>> format_of(file).name
        'CSV'
    """
    if _is_wfdb(path):
        return WFDB
    if not path.is_file():
        raise FileNotFoundError(f"no record {path}. Check the path.")
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = next((one for one in FORMATS if one.known(head)), None) or _by_ending(path)
    if found is None and _is_text(head):
        found = next(one for one in FORMATS if one.name == "CSV")
    if found is None:
        names = ", ".join(one.name for one in (*FORMATS, WFDB))
        raise SignalError(
            f"expected a record ({names}); {path.name} is none of these. "
            "Convert it, or pass the array to the model yourself."
        )
    return found


def _by_ending(path: Path) -> Format | None:
    """A damaged file's format, whose reader says what is wrong with it."""
    return next((one for one in FORMATS if path.suffix.lower() in one.endings), None)


def _is_text(head: bytes) -> bool:
    """Whether it is text that may be a table."""
    return bool(head.strip()) and b"\0" not in head and not head.lstrip().startswith(b"<")


def _is_wfdb(path: Path) -> bool:
    if path.suffix.lower() in WFDB.endings:
        return True
    return not path.is_file() and path.with_name(path.name + ".hea").exists()


def read_raw(path: Path) -> RawRecord:
    """A recording as it is in its file, not checked.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if the file is broken or of another kind.
    """
    return format_of(path).read(path)


def records_in(folder: Path) -> Iterator[Path]:
    """The records of a folder by name, each once: WFDB records as their headers.

    Files of no known format and name are passed over.
    """
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ENDINGS and path.suffix.lower() != ".dat":
            yield path
