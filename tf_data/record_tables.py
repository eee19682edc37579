"""Record tables: many records in one ``.csv``, a line per sample, read record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ecgzoo.errors import DataError, SignalError
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.time_column import is_time, told_rate
from tf_data.formats.times import times_of
from tf_data.lead_names import source_of
from tf_data.notes import listed
from tf_data.table_columns import RECORD, is_index, is_known
from tf_data.table_lines import table_lines

Names = tuple[str, ...]


def table_records(
    path: Path,
    names: Sequence[str],
    leads: Sequence[str] | None = None,
    rename: Mapping[str, str] | None = None,
    sampling_rate: float | None = None,
) -> Iterator[RawRecord]:
    """The records in one table, a line per sample; their times tell the rate.

    Args:
        path: a ``.csv`` table with a column ``record`` and a column per lead.
        names: of the records that are wanted.
        leads: those that are wanted, whatever they are called; by default all but ``record``,
            columns of time and what a table of labels says.
        rename: other names of columns, which leads are looked for by.
        sampling_rate: in Hz, where somebody says it; else the notes say which column does.

    Raises:
        FileNotFoundError: if there is no such table.
        SignalError: if a column or a record is missing, a sample is no number, or times jump.
    """
    samples: dict[str, list[list[float]]] = {}
    times: dict[str, list[Names]] = {}
    columns, clocks = Names(), Names()
    for row in table_lines(path, (RECORD,)):
        if not columns:
            columns = _needed(list(row), leads, rename or {}, path)
            clocks = _clocks([name for name in row if name not in columns])
        samples.setdefault(row[RECORD], []).append(_values(row, columns, path))
        times.setdefault(row[RECORD], []).append(tuple(row[name] for name in clocks))
    for name in names:
        if name not in samples:
            raise SignalError(f"no record {name} in {path.name}, which the labels name")
        where = f"record {name} in {path.name}"
        rate, said = _told(clocks, times[name], where)
        notes = (said,) if rate and sampling_rate is None else ()
        yield RawRecord(np.array(samples[name], np.float64), rate, columns, notes=notes)


def _values(row: Mapping[str, str], columns: Names, path: Path) -> list[float]:
    try:
        return [float(row[lead]) for lead in columns]
    except ValueError as error:
        raise SignalError(f"a sample of {row[RECORD]} in {path.name}: {error}") from error


def _needed(
    columns: Sequence[str], leads: Sequence[str] | None, rename: Mapping[str, str], path: Path
) -> Names:
    """The columns that leads stand in, or follow from; all that may be leads if none is asked."""
    names = [name for name in columns if name != RECORD]
    if leads is None:
        return tuple(name for name in names if not (is_known(name) or is_time(name, ())))
    called = [rename.get(name, name) for name in names]
    sources = [source_of(lead, called, path.name) for lead in leads]
    if missing := [lead for lead, one in zip(leads, sources, strict=True) if one is None]:
        raise DataError(
            f"expected the columns {', '.join(leads)} in the first line of {path.name}; "
            f"{', '.join(missing)} missing, it has {listed(names, 20)}"
        )
    places = {column for one in sources if one for column in one.shares}
    return tuple(names[column] for column in sorted(places))


def _clocks(others: Sequence[str]) -> Names:
    """The columns of times; one that counts lines only where there is no other.

    Sorted lines keep the number that they had, and are whole all the same.
    """
    found = [name for name in others if not is_known(name) and is_time(name, ())]
    return tuple([name for name in found if not is_index(name)] or found)


def _told(clocks: Names, times: Sequence[Names], where: str) -> tuple[float | None, str]:
    """The rate that the first of these columns tells, all of which go up evenly; and by which."""
    told: dict[str, float] = {}
    for name, cells in zip(clocks, zip(*times, strict=True), strict=True):
        column = f"the column {name or 'without a name'} of {where}"
        if rate := told_rate(times_of(cells), name, "", column):
            told[name] = rate
    by = next(iter(told), "")
    return told.get(by), f"the column {by} tells the rate, {told.get(by, 0):g} Hz"
