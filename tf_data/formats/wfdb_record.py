"""WFDB records, as PhysioNet has them: signals in millivolts or as counts, and annotations."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord


def read_wfdb(path: Path, **part: int) -> RawRecord:
    """The record's leads in millivolts, with its rate and lead names.

    Channels that are no voltages, such as respiration or pressure, are left out.

    Args:
        path: the record's, with or without ``.hea`` or ``.dat``.
        **part: wfdb's ``sampfrom`` and ``sampto``; by default the whole record.

    Raises:
        FileNotFoundError: if the header or a signal file is not there.
        SignalError: if a file is cut off or malformed, or no channel is a voltage.
    """
    stem = path.with_suffix("") if path.suffix.lower() in (".hea", ".dat") else path
    record = _record(stem, **part)
    if record.p_signal is None:
        raise SignalError(f"expected samples in {stem.name}; its header names no signals")
    factors = [MILLIVOLTS.get(unit.strip().lower()) for unit in record.units]
    leads = [channel for channel, factor in enumerate(factors) if factor is not None]
    if not leads:
        raise SignalError(
            f"expected voltages (mV, uV, V) in {stem.name}; its header says "
            f"{', '.join(map(repr, record.units))}. It holds no ECG leads."
        )
    scale = np.array([factors[channel] for channel in leads], float)
    names = tuple(record.sig_name[channel] for channel in leads)
    return RawRecord(record.p_signal[:, leads] * scale, float(record.fs), names, "mV")


def _record(stem: Path, physical: bool = True, **part: int) -> Any:
    """What the wfdb package reads of a record."""
    header = stem.with_name(stem.name + ".hea")
    if not header.is_file():
        raise FileNotFoundError(f"no WFDB header {header}. A record needs its .hea and .dat files.")
    try:
        with wfdb_package() as wfdb:
            record = wfdb.rdrecord(str(stem), physical=physical, **part)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{header.name} names a signal file that is not there: {error.filename}. "
            "Put it beside the header."
        ) from error
    except Exception as error:  # wfdb raises whatever its parsing trips over
        raise SignalError(
            f"expected a WFDB record in {stem.name}; it cannot be read ({error}). A file may be "
            "cut off or damaged: compare its size or checksum with the published one."
        ) from error
    return record


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
    stem = path.with_suffix("") if path.suffix.lower() in (".hea", ".dat", ".mat") else path
    record = _record(stem, physical=False)
    units = [MILLIVOLTS.get(unit.strip().lower()) for unit in record.units]
    if None in units or record.d_signal is None:
        raise SignalError(f"expected voltages alone in {stem.name}; got {', '.join(record.units)}")
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


@contextmanager
def wfdb_package() -> Iterator[ModuleType]:
    """The wfdb package, which brings pandas and an HTTP client along: half a second.

    It uses an argument (4.3) that pandas 3.1 warns of; whoever makes warnings errors could not even
    import it otherwise.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")
        import wfdb

        yield wfdb
