"""Libraries that read files: imported when a file needs them; their errors become sentences."""

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ecgzoo.errors import SignalError

LONGEST = 200  # characters of a library's own words
LEAST_CLAIM = 2**26  # bytes that any file may claim to hold
COMPRESSION = 100  # how many times a file's size it may claim to hold above that


def library(module: str, path: Path) -> ModuleType:
    """A module of the extra ``[formats]``.

    Raises:
        SignalError: if its package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise SignalError(
            f"expected the package {module.split('.')[0]}, which reads {path.name}; it is not "
            "installed: `pip install 'ecgzoo[formats]'` brings it"
        ) from error


@contextmanager
def reading(kind: str, path: Path) -> Iterator[list[warnings.WarningMessage]]:
    """A file that a library reads; gives what the library warned of.

    Raises:
        SignalError: instead of whatever else the library raises.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "night.edf")
        >>> _ = file.write_text("dark")
        >>> with reading("an EDF file", file):
        ...     raise ValueError(f"no header in {file}")
        Traceback (most recent call last):
        ecgzoo.errors.SignalError: expected an EDF file in night.edf; it cannot be read (no header \
in night.edf). The file may be cut off, damaged or of another kind.
    """
    if path.stat().st_size == 0:
        raise SignalError(f"expected {kind} in {path.name}; it is empty. Copy or export it again.")
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            yield told
    except SignalError:
        raise
    except Exception as error:  # libraries raise whatever their parsing trips over
        raise SignalError(
            f"expected {kind} in {path.name}; it cannot be read ({shortened(error, path)}). The "
            "file may be cut off, damaged or of another kind."
        ) from error


def shortened(said: object, path: Path) -> str:
    """What a library said of a file, or the kind of its error where it says nothing, in short."""
    words = str(said).replace(str(path), path.name) or type(said).__name__
    return one_line(words, LONGEST)


def one_line(words: str, longest: int) -> str:
    r"""Words of a file in one line that any terminal takes, cut after so many characters.

    Example:
        >>> one_line("lead\n\x1b[31mII of many", 13)
        'lead [31mII o...'
    """
    line = "".join(one for one in " ".join(words.split()) if one.isprintable())
    return line if len(line) <= longest else line[:longest] + "..."


def check_claim(path: Path, claimed: int) -> None:
    """Whether a file may hold as many bytes as its header claims; before they are asked for.

    Raises:
        SignalError: if they are a hundred times as many as the file has, and more than 64 MiB.
    """
    size = path.stat().st_size
    if not 0 <= claimed <= max(LEAST_CLAIM, COMPRESSION * size):
        raise SignalError(
            f"expected samples that fit into {path.name}; its header claims {claimed:,} bytes of "
            f"them, but the file has {size:,}. It is damaged, or made to exhaust memory."
        )
