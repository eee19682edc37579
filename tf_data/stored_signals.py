"""Stored signals: windows on the disk, which are read where they are asked for."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.errors import DataError

IN_MEMORY = 2**30
"""Bytes of windows that are held in memory; the windows of a larger set lie on the disk."""
KIND = np.dtype("<f4")
BLOCK = 256  # windows that are read at once, where all are gone through


class WindowFile:
    """Windows in a file without a name, which is gone with the last who reads it, or if killed.

    Args:
        shape: ``(samples, leads)`` of a window.
        folder: on the disk that holds it.

    Example:
        >>> file = WindowFile((2, 2), Path(tempfile.gettempdir()))
        >>> file.append(np.arange(12).reshape(3, 2, 2))
        >>> file.read(np.array([2, 0])).tolist()
        [[[8.0, 9.0], [10.0, 11.0]], [[0.0, 1.0], [2.0, 3.0]]]
    """

    def __init__(self, shape: tuple[int, int], folder: Path) -> None:
        self.shape = shape
        with tempfile.TemporaryFile(dir=folder) as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)

    @property
    def bytes_of_one(self) -> int:
        """Bytes of a window."""
        return int(np.prod(self.shape)) * KIND.itemsize

    def append(self, windows: np.ndarray) -> None:
        """Writes windows behind the others."""
        left = np.ascontiguousarray(windows, KIND).data.cast("B")
        while len(left):
            left = left[os.write(self._file, left) :]

    def read(self, rows: np.ndarray) -> np.ndarray:
        """``[rows, samples, leads]``; neighbours at once, in the order of the file."""
        found = np.empty((len(rows), *self.shape), KIND)
        if not len(rows):
            return found
        order = np.argsort(rows, kind="stable")
        ends = np.flatnonzero(np.diff(rows[order], append=np.iinfo(np.int64).max) != 1) + 1
        for start, stop in zip(np.r_[0, ends[:-1]], ends, strict=True):
            there = order[start:stop]
            wanted, place = self.bytes_of_one * len(there), int(rows[there[0]]) * self.bytes_of_one
            data = os.pread(self._file, wanted, place)
            if len(data) < wanted:
                raise DataError("the stored windows are cut off: load the data set anew")
            found[there] = np.frombuffer(data, KIND).reshape(-1, *self.shape)
        return found


class StoredSignals:
    """Signals float32 ``[n, samples, leads]`` in a file; stands where an array of them does.

    Indexing, iterating and ``np.asarray`` read; :meth:`take` only notes which.

    Args:
        file: of windows.
        rows: int64 ``[n]``; where in the file each signal is.

    Example:
        >>> file = WindowFile((2, 2), Path(tempfile.gettempdir()))
        >>> file.append(np.arange(12).reshape(3, 2, 2))
        >>> stored = StoredSignals(file, np.array([2, 0]))
        >>> stored.shape, stored[0].tolist(), stored.take([1])[:].tolist()
        ((2, 2, 2), [[8.0, 9.0], [10.0, 11.0]], [[[0.0, 1.0], [2.0, 3.0]]])
    """

    dtype = KIND
    ndim = 3

    def __init__(self, file: WindowFile, rows: np.ndarray) -> None:
        self._file, self._rows = file, rows

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(n, samples, leads)``."""
        return len(self), *self._file.shape

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: ArrayLike) -> StoredSignals:
        """Some of them, in that order; nothing is read."""
        return StoredSignals(self._file, self._rows[np.asarray(rows, np.int64)])

    def __getitem__(self, key: Any) -> np.ndarray:
        """Reads those of an index, a slice or an array of indices; what follows is of the array."""
        first, *others = key if isinstance(key, tuple) else (key,)
        rows = self._rows[first]
        found = self._file.read(np.atleast_1d(rows))
        if np.ndim(rows) == 0:
            return found[0][tuple(others)]
        return found[(slice(None), *others)]

    def __iter__(self) -> Iterator[np.ndarray]:
        for start in range(0, len(self), BLOCK):
            yield from self[start : start + BLOCK]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        del copy  # they are read anew each time
        return self[:].astype(dtype or self.dtype, copy=False)


Signals = np.ndarray | StoredSignals


def taken(signals: Signals, rows: ArrayLike) -> Signals:
    """Some signals, in that order: copied in memory, only noted of those on the disk."""
    if isinstance(signals, StoredSignals):
        return signals.take(rows)
    return signals[np.asarray(rows, np.int64)]


class WindowSpool:
    """Windows as they come: held in memory, or once they are too many, on the disk.

    Args:
        shape: ``(samples, leads)`` of a window.
        most: bytes that are held in memory.

    Attributes:
        nbytes: what all of them take.
        counts: windows of each recording.

    Example:
        >>> spool = WindowSpool((4, 1), most=100)
        >>> for value in (3, 1, 2):
        ...     spool.add(np.full((2, 4, 1), value))
        >>> spool.signals([1, 2, 0])[:, 0, 0].tolist(), spool.on_disk
        ([1.0, 1.0, 2.0, 2.0, 3.0, 3.0], False)
    """

    def __init__(self, shape: tuple[int, int], most: int | None = None) -> None:
        self._shape, self._most = shape, IN_MEMORY if most is None else most
        self._held: list[np.ndarray] = []
        self._file: WindowFile | None = None
        self.nbytes = 0
        self.counts: list[int] = []

    @property
    def on_disk(self) -> bool:
        """Whether they lie on the disk."""
        return self._file is not None

    def add(self, windows: np.ndarray) -> None:
        """The windows of the next recording, ``[windows, samples, leads]``.

        Raises:
            DataError: if the disk is full.
        """
        self.counts.append(len(windows))
        self._held.append(np.asarray(windows, KIND))
        self.nbytes += self._held[-1].nbytes
        if self.on_disk or self.nbytes > self._most:
            self._spill()

    def _spill(self) -> None:
        """What is held goes behind what lies on the disk."""
        try:
            self._file = self._file or WindowFile(self._shape, _folder())
            for windows in self._held:
                self._file.append(windows)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DataError(
                f"{_folder()} is full after {self.nbytes / 2**30:.1f} GiB of windows. Make room, "
                "or name another folder with XDG_CACHE_HOME"
            ) from error
        self._held = []

    def signals(self, order: list[int]) -> Signals:
        """The windows of the recordings in that order; nothing can be added after."""
        starts = np.cumsum([0, *self.counts])
        if self._file is None:
            return self._joined(order)
        rows = [np.arange(starts[one], starts[one + 1]) for one in order]
        return StoredSignals(self._file, np.concatenate(rows))

    def _joined(self, order: list[int]) -> np.ndarray:
        """In one array; each recording's are let go once they are copied."""
        total = sum(self.counts[one] for one in order)
        signals, row = np.empty((total, *self._shape), np.float32), 0
        for one in order:
            signals[row : row + self.counts[one]] = self._held[one]
            self._held[one], row = np.empty(0), row + self.counts[one]
        return signals


def _folder() -> Path:
    """Where windows lie: in the user's cache, since temporary folders often are memory."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ecgzoo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
