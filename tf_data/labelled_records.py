"""Labelled recordings of one's own: a folder of files or one table, and a table of labels."""

import errno
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataError, DataWarning
from tf_data.formats.formats import ENDINGS, read_raw
from tf_data.formats.raw_record import RawRecord
from tf_data.label_table import read_label_table
from tf_data.notes import Notes
from tf_data.record_tables import table_records
from tf_data.records import checked
from tf_data.resampling import unit_factor
from tf_data.table_lines import Labels


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
        sampling_rate: in Hz; needed for files that do not say it, also by a column of times.
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
    notes = Notes()
    read = [
        _read(raw, path, sampling_rate, leads, unit, wanted, notes)
        for path, raw in raw_records(data, table.names, leads, sampling_rate=sampling_rate)
    ]
    tell(notes.sentences())
    signals, rates = [one for one, _ in read], [rate for _, rate in read]
    labelled = [held[0] for held in table.labels]
    return LabelledRecords(signals, rates, labelled, table.groups, table.names)


def tell(notes: Sequence[str]) -> None:
    """What was assumed, as warnings."""
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=3)


def raw_records(
    data: Path,
    names: Sequence[str],
    leads: Sequence[str] | None = None,
    rename: Mapping[str, str] | None = None,
    sampling_rate: float | None = None,
) -> Iterator[tuple[Path, RawRecord]]:
    """The records of a folder or of one table, each with what to call it in a message.

    Args:
        data: the folder, or the table.
        names: of the records.
        leads: those that are needed of a table.
        rename: other names of its columns.
        sampling_rate: in Hz, where somebody says it.

    Raises:
        FileNotFoundError: if the folder, the table or a record is missing.
        SignalError: as of :func:`~tf_data.record_tables.table_records`, or if a file is broken.
    """
    if data.is_dir():
        yield from ((path, read_raw(path)) for path in find_records(data, names))
    else:
        paths = (Path(f"{data}:{name}") for name in names)
        yield from zip(paths, table_records(data, names, leads, rename, sampling_rate), strict=True)


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
    if Path(name).name in ("", ".."):  # a folder, beside which a file may lie
        return None
    if _is_file(path):
        return path
    suffixes = (case for suffix in ENDINGS for case in (suffix, suffix.upper()))
    files = [path.with_name(path.name + suffix) for suffix in suffixes]
    found = [file for file in files if _is_file(file)]
    if found and found[0].suffix.lower() == ".hea":  # the others may be its signal files
        found = [file for file in found if file.suffix.lower() not in (".dat", ".mat")]
    if len(found) > 1:
        raise DataError(
            f"expected one file of record {name} in {folder}; it may be "
            f"{' or '.join(file.name for file in found)}. Name it with its ending in the labels"
        )
    return found[0] if found else None


def _is_file(path: Path) -> bool:
    """Whether there is such a file; not where its name is longer than any may be."""
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _read(
    raw: RawRecord,
    path: Path,
    rate: float | None,
    leads: Sequence[str],
    unit: str,
    wanted: str,
    notes: Notes,
) -> tuple[np.ndarray, float]:
    """A record in the unit that is wanted, and its rate."""
    signal, info = checked(raw, path, rate, leads, unit)
    notes.add(path.name, info.notes)
    return signal * np.float32(unit_factor(info.unit, wanted)), info.sampling_rate
