"""Matched: the files that a pattern means, each record once, in an order that stays."""

import glob
import os
from pathlib import Path

from ecgzoo.prediction.records import files_in

SAMPLES = (".dat", ".mat")  # of WFDB records, which are known by their headers
HEADER = ".hea"


def matched(pattern: str) -> list[str]:
    """The absolute paths that a pattern matches, sorted; they are listed, and none is read.

    Args:
        pattern: a folder, a file, or a shell pattern, in which ``**`` is any folders. Where it
            matches a WFDB header, the files of its samples are not records of their own.

    Raises:
        FileNotFoundError: if nothing matches.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> for name in ("b.npy", "a.hea", "a.dat"):
        ...     _ = Path(folder, name).write_bytes(b"")
        >>> [Path(one).name for one in matched(f"{folder}/*")]
        ['a.hea', 'b.npy']
    """
    path = Path(pattern).expanduser()
    if path.exists():
        found = [str(one) for one in files_in(path) or ()]
    else:
        found = [one for one in glob.iglob(str(path), recursive=True) if os.path.isfile(one)]
    if not found:
        raise FileNotFoundError(
            f"no record and no page matches {pattern}: expected a folder, or a pattern such as "
            "'records/**/*.hea', in quotes so that the shell hands it on"
        )
    every = {os.path.abspath(one) for one in found}
    return sorted(one for one in every if not _is_samples(one, every))


def _is_samples(path: str, every: set[str]) -> bool:
    stem, ending = os.path.splitext(path)
    return ending.lower() in SAMPLES and stem + HEADER in every
