"""Slices of a file: some of its samples without the others, so that a day needs no day's room."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tf_data.formats.formats import format_of
from tf_data.formats.npy import read_numpy
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.wfdb_header import Channel, Header, read_header
from tf_data.formats.wfdb_leads import check_sums, header_of, read_leads
from tf_data.formats.wfdb_package import wfdb_record
from tf_data.formats.wfdb_record import as_raw, stem_of

SUMMED_AT_ONCE = 2**19  # samples of each lead


@dataclass(frozen=True, eq=False)
class Slices:
    """A file that is read in parts.

    Attributes:
        shape: of its whole signal.
        read: what stands from a sample on up to another one.
    """

    shape: tuple[int, ...]
    read: Callable[[int, int], RawRecord]


def slices_of(path: Path) -> Slices:
    """A record's slices: WFDB and ``.npy`` files are read in parts, others once and as a whole.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if the file is broken or of another kind.
    """
    form = format_of(path)
    in_parts = IN_PARTS.get(form.name)
    return (in_parts and in_parts(path)) or _kept(form.read(path))


def _kept(raw: RawRecord) -> Slices:
    return Slices(raw.signal.shape, lambda a, b: replace(raw, signal=raw.signal[a:b]))


def _of_numpy(path: Path) -> Slices:
    def read(start: int, stop: int) -> RawRecord:
        mapped = read_numpy(path, mapped=True)  # anew, or what was read would stay in memory
        return replace(mapped, signal=mapped.signal[start:stop].copy())

    return Slices(read_numpy(path, mapped=True).signal.shape, read)


def _of_wfdb(path: Path) -> Slices | None:
    """None where samples do not stand one after another, at one rate."""
    stem = stem_of(path)
    header = read_header(header_of(stem))
    if not header.frames or header.segments or not all(map(_plain, header.channels)):
        return None

    def read(start: int, stop: int) -> RawRecord:
        return as_raw(read_leads(stem, header, (start, stop)), header, stem)

    _check_all_sums(stem, header)
    return Slices((header.frames, read(0, 1).signal.shape[1]), read)


def _plain(channel: Channel) -> bool:
    """Whether a sample is found by its number: format 8 has differences from the one before."""
    return (
        channel.per_frame == 1
        and not channel.skew
        and channel.format not in ("0", "8")
        and channel.file != "~"
    )


def _check_all_sums(stem: Path, header: Header) -> None:
    """Goes through all samples once, some at a time, before anything is made of them."""
    frames = header.frames or 0
    sums = np.zeros(len(header.channels), np.int64)
    for start in range(0, frames, SUMMED_AT_ONCE):
        part = wfdb_record(stem, sampfrom=start, sampto=min(start + SUMMED_AT_ONCE, frames))
        sums += part.d_signal.sum(axis=0)
    check_sums(sums.tolist(), header.channels, stem)


IN_PARTS: dict[str, Callable[[Path], Slices | None]] = {"NumPy": _of_numpy, "WFDB": _of_wfdb}
"""By format; those that are not here are read as a whole."""
