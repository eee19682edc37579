"""NumPy files: an array, and nothing of what it means."""

from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import RawRecord


def read_numpy(path: Path, mapped: bool = False) -> RawRecord:
    """The array in ``path``; the format says neither rate nor leads.

    Args:
        path: a ``.npy`` file.
        mapped: whether samples are read from the file when they are used.

    Raises:
        SignalError: if the file is truncated, is no ``.npy`` file, or holds Python objects.
    """
    try:
        array = np.load(path, "r" if mapped else None, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise SignalError(
            f"expected a .npy array of numbers in {path.name}; it cannot be read: {error}. "
            "Save it again with numpy.save."
        ) from error
    if not isinstance(array, np.ndarray):  # an .npz archive under the wrong name
        raise SignalError(f"expected one array in {path.name}; got an archive of several")
    return RawRecord(array)
