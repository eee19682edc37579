"""A record that is open: its samples are read where they are asked for."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataWarning
from tf_data.formats.formats import format_of
from tf_data.formats.slices import slices_of
from tf_data.records import RecordInfo, check_layout, check_numbers, meant

FIRST = 1024  # samples that are read to know what the others mean
AT_ONCE = 2**19  # values of a block: some megabytes


@dataclass(frozen=True, eq=False)
class OpenRecord:
    """A record, and how to read of it.

    Attributes:
        path: its file.
        info: what its signal means, with the length of the whole.
        format: its file's.
        unit_said: whether the file itself says the unit.
        read: its samples from one on up to another, ``[samples, leads]``, as stored and unchecked;
            NaN where there are none.
    """

    path: Path
    info: RecordInfo
    format: str
    unit_said: bool
    read: Callable[[int, int], np.ndarray]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.info.samples / self.info.sampling_rate

    @property
    def at_once(self) -> int:
        """How many samples are read at once."""
        return max(FIRST, AT_ONCE // len(self.info.leads))

    def blocks(self) -> Iterator[np.ndarray]:
        """All samples, some after another."""
        for start in range(0, self.info.samples, self.at_once):
            yield self.read(start, min(start + self.at_once, self.info.samples))


def open_record(
    path: str | Path,
    sampling_rate: float | None = None,
    leads: Sequence[str] | None = None,
    unit: str = "mV",
) -> OpenRecord:
    """Opens a record of any length; WFDB and ``.npy`` files stay on the disk.

    Args:
        path: as of :func:`tf_data.records.read_record`, as for the others.
        sampling_rate: in Hz.
        leads: the leads to read, in this order.
        unit: of a file that does not say it.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if the file is broken, of another kind, lacks a lead or its rate.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "day.npy")
        >>> np.save(file, np.arange(2000.0)[:, None])
        >>> record = open_record(file, sampling_rate=250)
        >>> record.seconds, record.read(1500, 1502).tolist()
        (8.0, [[1500.0], [1501.0]])
    """
    path = Path(path)
    slices = slices_of(path)
    check_layout(slices.shape, path)
    raw = slices.read(0, min(FIRST, slices.shape[0]))
    check_numbers(raw.signal, path)
    _, info = meant(raw, path, sampling_rate, leads, unit)
    slices.read(slices.shape[0] - 1, slices.shape[0])  # a file that is cut off is refused at once

    def read(start: int, stop: int) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)  # it was said of the first samples
            return meant(slices.read(start, stop), path, sampling_rate, leads, unit)[0]

    whole = replace(info, samples=slices.shape[0])
    return OpenRecord(path, whole, format_of(path).name, raw.unit is not None, read)
