"""WFDB records, as PhysioNet has them: signals in millivolts or as counts, and annotations."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataWarning, SignalError
from tf_data.formats.rates import at_one_rate
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.formats.wfdb_header import Header, read_header
from tf_data.formats.wfdb_leads import Leads, check_sums, header_of, joined, read_leads
from tf_data.formats.wfdb_package import wfdb_package, wfdb_record
from tf_data.notes import listed

ENDINGS = (".hea", ".dat", ".mat")  # of a record's files; .mat where PhysioNet's challenges have it


def stem_of(path: Path) -> Path:
    """A record's path without the ending of one of its files."""
    return path.with_suffix("") if path.suffix.lower() in ENDINGS else path


def read_wfdb(path: Path) -> RawRecord:
    """The record's leads in millivolts, with its rate and lead names.

    Channels that are no voltages, such as respiration or pressure, and those without a gain, whose
    units nobody knows, are left out. Where a frame has several samples of a lead, its rate is as
    many times that of the frames. Gaps between segments are NaN.

    Raises:
        FileNotFoundError: if the header or a signal file is not there.
        SignalError: if a file is cut off, damaged or malformed, or no channel is a voltage.
    """
    stem = stem_of(path)
    header = read_header(header_of(stem))
    found = joined(stem, header) if header.segments else read_leads(stem, header)
    return as_raw(found, header, stem)


def as_raw(found: Leads, header: Header, stem: Path) -> RawRecord:
    """Leads side by side.

    Raises:
        SignalError: if there are none.
    """
    _check_some(found, stem)
    # A file that does not say its rate has frames, and the leads in them, of rates in proportion.
    rates = [(header.rate or 1.0) * one.per_frame for one in found.leads]
    names = [one.name or str(place) for place, one in enumerate(found.leads, 1)]
    signal, rate, notes = at_one_rate([one.samples for one in found.leads], rates, names)
    named = any(one.name for one in found.leads)
    return RawRecord(
        signal,
        rate if header.rate else None,
        tuple(names) if named else None,
        "mV",
        tuple(dict.fromkeys((*found.notes, *notes))),
    )


def _check_some(found: Leads, stem: Path) -> None:
    if not found.leads:
        raise SignalError(
            f"expected voltages (mV, uV, V) in {stem.name}; "
            f"{listed(found.notes, 3) or 'its header names no signals'}. It holds no ECG leads."
        )


@dataclass(frozen=True, eq=False)
class DigitalRecord:
    """A WFDB record as its converter wrote it.

    Attributes:
        counts: int32 ``[samples, leads]``.
        zeros: count of no voltage, int32 ``[leads]``.
        gains: counts per millivolt of each lead, float64 ``[leads]``.
        sampling_rate: in Hz.
        leads: names as in the header.
        comments: lines of the header's end, without their ``#``.
    """

    counts: np.ndarray
    zeros: np.ndarray
    gains: np.ndarray
    sampling_rate: float
    leads: tuple[str, ...]
    comments: tuple[str, ...]


def read_digital(path: Path) -> DigitalRecord:
    """The record's leads in converter units, several times as fast as in millivolts.

    Args:
        path: the record's, with or without ``.hea``, ``.dat`` or ``.mat``.

    Raises:
        FileNotFoundError: if the header or a signal file is not there.
        SignalError: if a file is cut off or malformed, a lead is no voltage, or samples are marked
            as invalid.
    """
    stem = stem_of(path)
    header = read_header(header_of(stem))
    said = [one.unit for one in header.channels]
    units = [MILLIVOLTS.get(unit.lower()) for unit in said]
    if None in units or not units:
        raise SignalError(f"expected voltages alone in {stem.name}; got {', '.join(said)}")
    if header.rate is None or any(one.per_frame > 1 or one.skew for one in header.channels):
        raise SignalError(f"expected leads of one rate, which it says, in {stem.name}.hea")
    record = wfdb_record(stem)
    try:
        check_sums(record.calc_checksum(), header.channels, stem)
    except SignalError as error:  # of a published set, which cannot be mended
        warnings.warn(str(error), DataWarning, stacklevel=2)
    if (record.d_signal == INVALID).any():
        raise SignalError(f"expected valid samples in {stem.name}; its file marks some as missing")
    return DigitalRecord(
        counts=record.d_signal.astype(np.int32),
        zeros=np.array(record.baseline, np.int32),
        gains=np.array(record.adc_gain, float) / np.array(units, float),
        sampling_rate=float(record.fs),
        leads=tuple(record.sig_name),
        comments=tuple(record.comments),
    )


INVALID = -(2**15)  # of WFDB's 16-bit formats: no sample was taken


def read_annotations(path: Path, extension: str = "atr") -> list[tuple[int, str]]:
    """The sample and the symbol of each of a record's annotations, in order of time.

    Args:
        path: the record's, without its ending.
        extension: of the annotation file.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if it is cut off or malformed.
    """
    file = path.with_name(f"{path.name}.{extension}")
    if not file.is_file():
        raise FileNotFoundError(f"no annotations {file}. Put them beside the header.")
    try:
        with wfdb_package() as wfdb:
            found = wfdb.rdann(str(path), extension)
    except Exception as error:  # wfdb raises whatever its parsing trips over
        raise SignalError(
            f"expected WFDB annotations in {file.name}; they cannot be read ({error}). The file "
            "may be cut off or damaged: compare its size or checksum with the published one."
        ) from error
    return list(zip(found.sample.tolist(), found.symbol, strict=True))
