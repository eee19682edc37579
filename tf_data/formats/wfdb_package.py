"""The wfdb package: its warning kept away, and what it raises put in words."""

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_header import read_header, without_length


@contextmanager
def wfdb_package() -> Iterator[ModuleType]:
    """The wfdb package, which brings pandas and an HTTP client along: half a second.

    It uses an argument (4.3) that pandas 3.1 warns of; whoever makes warnings errors could not even
    import it otherwise.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")
        import wfdb

        yield wfdb


def wfdb_record(stem: Path, **options: Any) -> Any:
    """What wfdb reads of a record in converter units, whose header was checked before.

    Raises:
        SignalError: if a file is damaged.
    """
    try:
        with wfdb_package() as wfdb, _counted(stem) as readable:
            return wfdb.rdrecord(str(readable), physical=False, **options)
    except Exception as error:  # wfdb raises whatever its parsing trips over
        if isinstance(error, ValueError) and ("time data" in str(error) or "day" in str(error)):
            raise SignalError(
                f"expected a time (10:11:12) and a date (31/12/2020) in the first line of "
                f"{stem.name}.hea; it says another thing. Correct them, or take them out."
            ) from error
        raise SignalError(
            f"expected a WFDB record in {stem.name}; it cannot be read ({error}). A file may be "
            "cut off or damaged: compare its size or checksum with the published one."
        ) from error


@contextmanager
def _counted(stem: Path) -> Iterator[Path]:
    """The record as wfdb counts its samples, which takes a length of 0 for one of none.

    Where a header says 0, as one does whose samples nobody counted, a copy without it lies beside
    links to the signal files for as long as it is read.
    """
    header = stem.with_name(stem.name + ".hea")
    text = without_length(header)
    if text is None:
        yield stem
        return
    with TemporaryDirectory() as folder:
        Path(folder, header.name).write_text(text, encoding="utf-8")
        for name in {one.file for one in read_header(header).channels} - {"~"}:
            _link(header.with_name(name), Path(folder, name))
        yield Path(folder, stem.name)


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.resolve())
    except OSError:  # Windows asks for a right to link
        shutil.copyfile(source, target)
