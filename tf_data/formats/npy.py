"""NumPy files: an array, and nothing of what it means."""

from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import RawRecord


def read_numpy(path: Path) -> RawRecord:
    """The array in ``path``; the format says neither rate nor leads.

    Raises:
        SignalError: if the file is truncated, is no ``.npy`` file, or holds Python objects.
    """
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise SignalError(
            f"expected a .npy array of numbers in {path.name}; it cannot be read: {error}. "
            "Save it again with numpy.save."
        ) from error
    if not isinstance(array, np.ndarray):  # an .npz archive under the wrong name
        raise SignalError(f"expected one array in {path.name}; got an archive of several")
    return RawRecord(array)
