"""Slices of a file: some of its samples, without the others; a day of signal needs no day's room."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tf_data.formats.formats import format_of
from tf_data.formats.npy import read_numpy
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.formats.wfdb_record import read_wfdb, wfdb_package


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
    """None for a record that must be read as a whole, or says why it cannot be read when it is."""
    stem = path.with_suffix("") if path.suffix.lower() in (".hea", ".dat") else path
    try:
        with wfdb_package() as wfdb:
            header = wfdb.rdheader(str(stem))
    except Exception:  # wfdb raises whatever its parsing trips over
        return None
    if not _plain(header):
        return None
    leads = sum(unit.strip().lower() in MILLIVOLTS for unit in header.units)
    return Slices((header.sig_len, leads), lambda a, b: read_wfdb(path, sampfrom=a, sampto=b))


def _plain(header: Any) -> bool:
    """Whether its samples stand one after another: one segment, one rate, no skew, no sums."""
    if not getattr(header, "n_sig", 0) or getattr(header, "n_seg", 1) != 1 or not header.sig_len:
        return False
    once = all(count in (None, 1) for count in header.samps_per_frame)
    skewed = any(header.skew)
    summed = "8" in header.fmt  # each sample is told by its difference from the one before
    named = all(isinstance(one, str) for one in (*header.units, *header.sig_name))
    voltage = named and any(unit.strip().lower() in MILLIVOLTS for unit in header.units)
    return once and voltage and not (skewed or summed)


IN_PARTS: dict[str, Callable[[Path], Slices | None]] = {"NumPy": _of_numpy, "WFDB": _of_wfdb}
"""By format; those that are not here are read as a whole."""
