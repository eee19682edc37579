"""NumPy files: an array, and nothing of what it means."""

import math
import tokenize
import warnings
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import RawRecord

HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    (3, 0): np.lib.format.read_array_header_2_0,  # of names beyond Latin-1, which no signal has
}
# What NumPy raises at a header that is cut off or no Python literal.
DAMAGE = (ValueError, EOFError, OSError, SyntaxError, TypeError, tokenize.TokenError, MemoryError)


def read_numpy(path: Path, mapped: bool = False) -> RawRecord:
    """The array in ``path``; the format says neither rate nor leads.

    Args:
        path: a ``.npy`` file.
        mapped: whether samples are read from the file when they are used.

    Raises:
        SignalError: if the file is truncated, is no ``.npy`` file, claims more samples than it
            holds or fewer, or holds Python objects.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Reading `.npy`")  # of Python 2, not wrong
            _check_size(path)
            array = np.load(path, "r" if mapped else None, allow_pickle=False)
    except DAMAGE as error:
        first = str(error).partition("\n")[0][:200]
        raise SignalError(
            f"expected a .npy array of numbers in {path.name}; it cannot be read: {first}. "
            "Save an array of numbers with numpy.save."
        ) from error
    if not isinstance(array, np.ndarray):  # an .npz archive under the wrong name
        array.close()
        raise SignalError(f"expected one array in {path.name}; got an archive of several")
    return RawRecord(array)


def _check_size(path: Path) -> None:
    """Checks that the file holds what its header claims, before room is made for it."""
    with path.open("rb") as file:
        if file.read(6) != np.lib.format.MAGIC_PREFIX:
            return  # NumPy says what it is
        file.seek(0)
        read = HEADERS.get(np.lib.format.read_magic(file))
        if read is None:
            raise ValueError("its version is not known")
        shape, _, kind = read(file)
        if kind.hasobject:
            raise ValueError("it holds Python objects, which may be anything, and are not loaded")
        claimed = math.prod(shape) * kind.itemsize
        held = path.stat().st_size - file.tell()
    if min(shape, default=0) < 0 or claimed != held:
        raise ValueError(
            f"it claims {list(shape)} of {kind}, {claimed:,} bytes, and holds {held:,}"
        )
