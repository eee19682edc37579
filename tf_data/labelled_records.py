"""Labelled recordings of one's own: a folder of files or one table, and a table of labels."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataError, DataWarning, SignalError
from tf_data.formats.formats import ENDINGS
from tf_data.formats.time_column import is_time
from tf_data.label_table import read_label_table
from tf_data.lead_names import picked, source_of
from tf_data.notes import Notes, listed
from tf_data.records import read_record
from tf_data.resampling import unit_factor
from tf_data.table_columns import LABEL, LABELS, PATIENTS, RECORD, SPLIT
from tf_data.table_lines import Labels, table_lines


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
    labels: Labels,
    leads: Sequence[str],
    sampling_rate: float | None = None,
    unit: str = "mV",
    wanted: str = "mV",
) -> LabelledRecords:
    r"""Reads the recordings that a table of labels names.

    Args:
        data: a folder of records of any format (docs/formats.md), named with or without their
            ending; or one ``.csv`` table with a column ``record``, a column per lead and a line per
            sample.
        labels: a table of one label per record, as
            :func:`~tf_data.label_table.read_label_table` reads it.
        leads: the leads to take, in this order.
        sampling_rate: in Hz; needed for files that do not say it.
        unit: unit of files that do not say it.
        wanted: unit of what is returned.

    Raises:
        FileNotFoundError: if a table, the folder or a record is missing.
        SignalError: if a table lacks a column, is empty, names a record twice, or a record is
            unfit; the message says which.

    Warns:
        DataWarning: of what was assumed, and of a column ``split``, which is not used.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "beats.csv").write_text("record,II\na,0.1\na,0.2\nb,0.3\nb,0.5\n")
        >>> _ = (folder / "labels.csv").write_text("record,label\nb,AF\na,N\n")
        >>> found = read_labelled(folder / "beats.csv", folder / "labels.csv", ["II"], 250)
        >>> found.names, found.labels, found.signals[0].shape
        (['b', 'a'], ['AF', 'N'], (2, 1))
    """
    data, table = Path(data), read_label_table(labels)
    if table.several:
        raise DataError(
            f"expected one label per record in {labels}; it gives several at once. Read it with "
            "ecgzoo.read_records, which takes them"
        )
    tell(table.notes)
    if table.parts is not None:
        tell(["the column split of the labels is not used; ecgzoo.read_records takes it"])
    factor = unit_factor(unit, wanted)
    if data.is_dir():
        paths, notes = find_records(data, table.names), Notes()
        read = [_read(path, sampling_rate, leads, unit, wanted, notes) for path in paths]
        tell(notes.sentences())
        signals, rates = [one for one, _ in read], [rate for _, rate in read]
    else:
        notes = Notes()
        signals = []
        for name, (one, names) in zip(
            table.names, samples_of(data, table.names, leads), strict=True
        ):
            found, said = picked(one, names, leads, data.name)
            notes.add(name, said)
            signals.append(found * np.float32(factor))
        tell(notes.sentences())
        rates = [rate_of(data, sampling_rate)] * len(table.names)
    labelled = [held[0] for held in table.labels]
    return LabelledRecords(signals, rates, labelled, table.groups, table.names)


def tell(notes: Sequence[str]) -> None:
    """What was assumed, as warnings."""
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=3)


def rate_of(path: Path, sampling_rate: float | None) -> float:
    """The rate that was passed, for a file that does not say it.

    Raises:
        SignalError: if none was.
    """
    if sampling_rate is None:
        raise SignalError(
            f"{path.name} does not say its sampling rate: pass sampling_rate= (--sampling-rate)"
        )
    return sampling_rate


def find_records(folder: Path, names: Sequence[str]) -> list[Path]:
    """The files of records that are named with or without their ending.

    Raises:
        FileNotFoundError: if one is missing; names the first, and says how many are.
        DataError: if several files may be meant.
    """
    found = [_find(folder, name) for name in names]
    missing = [name for name, path in zip(names, found, strict=True) if path is None]
    if missing:
        raise FileNotFoundError(
            f"no record {missing[0]} in {folder}, with or without an ending; {len(missing):,} of "
            f"the {len(names):,} that the labels name are missing"
        )
    return [path for path in found if path is not None]


def _find(folder: Path, name: str) -> Path | None:
    path = folder / name
    if path.is_file():
        return path
    suffixes = (case for suffix in ENDINGS for case in (suffix, suffix.upper()))
    files = [path.with_name(path.name + suffix) for suffix in suffixes]
    found = [file for file in files if file.is_file()]
    if found and found[0].suffix.lower() == ".hea":  # the others may be its signal files
        found = [file for file in found if file.suffix.lower() not in (".dat", ".mat")]
    if len(found) > 1:
        raise DataError(
            f"expected one file of record {name} in {folder}; it may be "
            f"{' or '.join(file.name for file in found)}. Name it with its ending in the labels"
        )
    return found[0] if found else None


def _read(
    path: Path, rate: float | None, leads: Sequence[str], unit: str, wanted: str, notes: Notes
) -> tuple[np.ndarray, float]:
    """A record in the unit that is wanted, and its rate."""
    signal, info = read_record(path, rate, leads, unit)
    notes.add(path.name, info.notes)
    return signal * np.float32(unit_factor(info.unit, wanted)), info.sampling_rate


def samples_of(
    path: Path,
    names: Sequence[str],
    leads: Sequence[str] | None = None,
    rename: Mapping[str, str] | None = None,
) -> Iterator[tuple[np.ndarray, tuple[str, ...]]]:
    """The records in one table, a line per sample: their samples, and their leads.

    Args:
        path: a ``.csv`` table with a column ``record`` and a column per lead.
        names: of the records that are wanted.
        leads: those that are wanted, whatever they are called; by default all but ``record``,
            columns of time and what a table of labels says.
        rename: other names of columns, which leads are looked for by.

    Raises:
        FileNotFoundError: if there is no such table.
        SignalError: if a column or a record is missing, or a sample is no number.
    """
    samples: dict[str, list[list[float]]] = {}
    columns: tuple[str, ...] = ()
    for row in table_lines(path, (RECORD,)):
        columns = columns or _needed(list(row), leads, rename or {}, path)
        try:
            values = [float(row[lead]) for lead in columns]
        except ValueError as error:
            raise SignalError(f"a sample of {row[RECORD]} in {path.name}: {error}") from error
        samples.setdefault(row[RECORD], []).append(values)
    for name in names:
        if name not in samples:
            raise SignalError(f"no record {name} in {path.name}, which the labels name")
        yield np.array(samples[name], np.float32), columns


def _needed(
    columns: Sequence[str], leads: Sequence[str] | None, rename: Mapping[str, str], path: Path
) -> tuple[str, ...]:
    """The columns that leads stand in, or follow from; all that may be leads if none is asked."""
    names = [name for name in columns if name != RECORD]
    if leads is None:
        others = (*PATIENTS, LABEL, LABELS, SPLIT)
        return tuple(name for name in names if name not in others and not is_time(name, ()))
    called = [rename.get(name, name) for name in names]
    sources = [source_of(lead, called, path.name) for lead in leads]
    if missing := [lead for lead, one in zip(leads, sources, strict=True) if one is None]:
        raise DataError(
            f"expected the columns {', '.join(leads)} in the first line of {path.name}; "
            f"{', '.join(missing)} missing, it has {listed(names, 20)}"
        )
    places = {column for one in sources if one for column in one.shares}
    return tuple(names[column] for column in sorted(places))
