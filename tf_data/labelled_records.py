"""Labelled recordings of one's own: a folder of files or one table, and a table of labels."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.records import READERS, read_record
from tf_data.resampling import unit_factor

RECORD, LABEL, GROUP = "record", "label", "group"


@dataclass(frozen=True, eq=False)
class LabelledRecords:
    """Recordings as they are in their files, of any lengths and rates.

    Attributes:
        signals: float32 ``[samples, leads]`` each, in the unit that was asked for.
        sampling_rates: of each, in Hz.
        labels: class name of each.
        groups: patient of each; its own name where the table does not say.
        names: of each, as the table of labels has it.
    """

    signals: list[np.ndarray]
    sampling_rates: list[float]
    labels: list[str]
    groups: list[str]
    names: list[str]


def read_labelled(
    data: str | Path,
    labels: str | Path,
    leads: Sequence[str],
    sampling_rate: float | None = None,
    unit: str = "mV",
    wanted: str = "mV",
) -> LabelledRecords:
    r"""Reads the recordings that a table of labels names.

    Args:
        data: a folder of records (WFDB, ``.csv``, ``.npy``), named with or without their ending; or
            one ``.csv`` table with a column ``record``, a column per lead and a line per sample.
        labels: a ``.csv`` table with the columns ``record``, ``label`` and, where several records
            are of one patient, ``group``.
        leads: the leads to take, in this order.
        sampling_rate: in Hz; needed for files that do not say it.
        unit: unit of files that do not say it.
        wanted: unit of what is returned.

    Raises:
        FileNotFoundError: if a table, the folder or a record is missing.
        SignalError: if a table lacks a column, is empty, names a record twice, or a record is
            unfit; the message says which.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "beats.csv").write_text("record,II\na,0.1\na,0.2\nb,0.3\nb,0.5\n")
        >>> _ = (folder / "labels.csv").write_text("record,label\nb,AF\na,N\n")
        >>> found = read_labelled(folder / "beats.csv", folder / "labels.csv", ["II"], 250)
        >>> found.names, found.labels, found.signals[0].shape
        (['b', 'a'], ['AF', 'N'], (2, 1))
    """
    data, rows = Path(data), _read_labels(Path(labels))
    names = [row[RECORD] for row in rows]
    factor = unit_factor(unit, wanted)
    if data.is_dir():
        read = [_read(_find(data, name), sampling_rate, leads, unit, factor) for name in names]
        signals, rates = [one for one, _ in read], [rate for _, rate in read]
    else:
        signals = [one * np.float32(factor) for one in _from_table(data, names, leads)]
        if sampling_rate is None:
            raise SignalError(
                f"{data.name} does not say its sampling rate: pass sampling_rate= (--sampling-rate)"
            )
        rates = [sampling_rate] * len(names)
    groups = [row.get(GROUP) or row[RECORD] for row in rows]
    return LabelledRecords(signals, rates, [row[LABEL] for row in rows], groups, names)


def _read_labels(path: Path) -> list[dict[str, str]]:
    rows = list(_table(path, (RECORD, LABEL)))
    names = [row[RECORD] for row in rows]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if not rows or twice:
        what = f"{twice[0]} stands there twice" if twice else "it holds no line"
        raise SignalError(f"expected a line per record in {path.name}; {what}")
    return rows


def _table(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The lines of a table by column name; names in small letters, cells stripped."""
    if not path.is_file():
        raise FileNotFoundError(f"no table {path}. Check the path.")
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = csv.reader(stream)
        head = [name.strip().lower() for name in next(rows, [])]
        if missing := [name for name in columns if name.lower() not in head]:
            raise SignalError(
                f"expected the columns {', '.join(columns)} in the first line of {path.name}; "
                f"{', '.join(missing)} missing, it has {', '.join(head) or 'none'}"
            )
        for line, row in enumerate((row for row in rows if row), 1):
            if len(row) != len(head):
                raise SignalError(f"expected {len(head)} cells in line {line} of {path.name}")
            yield dict(zip(head, map(str.strip, row), strict=True))


def _find(folder: Path, name: str) -> Path:
    """The file of a record that is named with or without its ending."""
    path = folder / name
    if path.is_file():
        return path
    for suffix in (".hea", *READERS):
        if suffix and path.with_name(path.name + suffix).is_file():
            return path.with_name(path.name + suffix)
    raise FileNotFoundError(f"no record {name} in {folder}, with or without an ending")


def _read(
    path: Path, rate: float | None, leads: Sequence[str], unit: str, factor: float
) -> tuple[np.ndarray, float]:
    """A record and its rate; WFDB headers say the unit, and are converted to mV already."""
    if path.suffix.lower() in (".npy", ".csv"):
        signal, info = read_record(path, rate, leads, unit)
        return signal * np.float32(factor), info.sampling_rate
    signal, info = read_record(path, rate, leads)
    return signal, info.sampling_rate


def _from_table(path: Path, names: Sequence[str], leads: Sequence[str]) -> Iterator[np.ndarray]:
    samples: dict[str, list[list[float]]] = {}
    for row in _table(path, (RECORD, *leads)):
        try:
            values = [float(row[lead.lower()]) for lead in leads]
        except ValueError as error:
            raise SignalError(f"a sample of {row[RECORD]} in {path.name}: {error}") from error
        samples.setdefault(row[RECORD], []).append(values)
    for name in names:
        if name not in samples:
            raise SignalError(f"no record {name} in {path.name}, which the labels name")
        yield np.array(samples[name], np.float32)
