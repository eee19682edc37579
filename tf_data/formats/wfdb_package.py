"""The wfdb package: its warning kept away, and what it raises put in words."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ecgzoo.errors import SignalError


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
        with wfdb_package() as wfdb:
            return wfdb.rdrecord(str(stem), physical=False, **options)
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
