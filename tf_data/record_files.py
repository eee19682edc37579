"""Record files: what NumPy, CSV and WFDB files hold, before any check of their samples."""

import csv
import warnings
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError


@dataclass(frozen=True, eq=False)
class RawRecord:
    """A file's content before its checks.

    Attributes:
        signal: array as stored, or in millivolts where the file says its units.
        sampling_rate: in Hz; None where the file does not say it.
        leads: lead names; None where the file does not name them.
    """

    signal: np.ndarray
    sampling_rate: float | None = None
    leads: tuple[str, ...] | None = None


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


def read_csv(path: Path) -> RawRecord:
    """The columns of ``path``, and their names where the first line holds names.

    Raises:
        SignalError: if a line has another number of columns than the first or holds a word, or if
            all samples are whole numbers, as raw converter units are.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SignalError(f"expected comma-separated text in {path.name}: {error}") from error
    leads = _lead_names(rows[0], path) if rows else None
    body = rows[1:] if leads else rows
    signal = np.array(
        [_numbers(row, len(rows[0]), path, line) for line, row in enumerate(body)],
        dtype=np.float64,
    )
    if signal.size and np.array_equal(signal, np.rint(signal)) and np.ptp(signal) > 0:
        raise SignalError(
            f"expected millivolts in {path.name}; it holds whole numbers only, which look like raw "
            "converter units. Divide by the gain (units per mV) and save with a decimal point."
        )
    return RawRecord(signal, leads=leads)


def _lead_names(row: list[str], path: Path) -> tuple[str, ...] | None:
    """The first line as lead names; None if it holds numbers."""
    if all(_is_number(cell) for cell in row):
        return None
    names = tuple(cell.strip() for cell in row)
    if any(_is_number(name) for name in names) or len({n.lower() for n in names}) != len(names):
        raise SignalError(
            f"expected numbers, or a name of its own for every lead, in the first line of "
            f"{path.name}; got {', '.join(names)}"
        )
    return names


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip() == ""  # an empty cell is a gap, not a name
    return True


def _numbers(row: list[str], columns: int, path: Path, line: int) -> list[float]:
    if len(row) != columns:
        raise SignalError(
            f"expected {columns} columns in every line of {path.name}; sample {line} has "
            f"{len(row)}. The file may be cut off."
        )
    try:
        return [float(cell) if cell.strip() else np.nan for cell in row]
    except ValueError as error:
        raise SignalError(f"sample {line} of {path.name} is no number: {error}") from error


MILLIVOLTS = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "nv": 1e-6, "v": 1e3}


def read_wfdb(path: Path) -> RawRecord:
    """The record's leads in millivolts, with its rate and lead names.

    Channels that are no voltages, such as respiration or pressure, are left out.

    Raises:
        FileNotFoundError: if the header or a signal file is not there.
        SignalError: if a file is cut off or malformed, or no channel is a voltage.
    """
    stem = path.with_suffix("") if path.suffix.lower() in (".hea", ".dat") else path
    record = _record(stem)
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
    return RawRecord(record.p_signal[:, leads] * scale, float(record.fs), names)


def _record(stem: Path, physical: bool = True) -> Any:
    """What the wfdb package reads of a record."""
    header = stem.with_name(stem.name + ".hea")
    if not header.is_file():
        raise FileNotFoundError(f"no WFDB header {header}. A record needs its .hea and .dat files.")
    try:
        with _wfdb() as wfdb:
            record = wfdb.rdrecord(str(stem), physical=physical)
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


def read_wav(path: Path) -> tuple[np.ndarray, float]:
    """The samples of a wav file of one channel and 16 bits: int16 ``[samples, 1]``; and its rate.

    Raises:
        SignalError: if the file is damaged, or of another kind.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            kind = sound.getnchannels(), sound.getsampwidth()
            rate, content = sound.getframerate(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise SignalError(f"expected a wav file in {path.name}: {error}") from error
    if kind != (1, 2) or not content:
        raise SignalError(
            f"expected one channel of 16 bits in {path.name}; got {kind[0]} of {8 * kind[1]}"
        )
    return np.frombuffer(content, "<i2")[:, None], float(rate)


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
        with _wfdb() as wfdb:
            found = wfdb.rdann(str(path), extension)
    except Exception as error:  # wfdb raises whatever its parsing trips over
        raise SignalError(
            f"expected WFDB annotations in {file.name}; they cannot be read ({error}). The file "
            "may be cut off or damaged: compare its size or checksum with the published one."
        ) from error
    return list(zip(found.sample.tolist(), found.symbol, strict=True))


@contextmanager
def _wfdb() -> Iterator[ModuleType]:
    """The wfdb package, which brings pandas and an HTTP client along: half a second.

    It uses an argument (4.3) that pandas 3.1 warns of; whoever makes warnings errors could not even
    import it otherwise.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")
        import wfdb

        yield wfdb
