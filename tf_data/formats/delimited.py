"""Delimited text: a column or a row per lead, named or not, in the dialects that programs write."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import MAX_LEADS
from tf_data.formats.cells import Rows, cells_of, is_number, shown
from tf_data.formats.column_units import Words, in_millivolts, with_units
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.time_column import is_time, spoken, tells_time, told_rate
from tf_data.formats.time_units import unknown_unit
from tf_data.formats.times import times_of


def read_csv(path: Path) -> RawRecord:
    """The leads in ``path``, and their names where the first line or column holds names.

    A line of units below the names is read, or units behind them, as in ``I (mV)``. First columns
    of times or sample numbers are left out, and said, and so is any that is called a time; times
    tell the rate.

    Raises:
        SignalError: if it is no such text, a line has another number of cells than the first, a
            sample is no number, or times jump.
    """
    rows, notes = cells_of(path)
    if rows and _a_row_per_lead(rows):
        rows = [list(column) for column in zip(*rows, strict=True)]
        notes = (*notes, "each line is read as a lead")
    names, units, body = _head(rows, path)
    rate, left = None, _no_leads(names, body)
    for column in left:
        found, said = _told(names, units, body, column, path)
        rate, notes = rate or found, (*notes, *said)
    if left:
        kept = [at for at in range(len(body[0])) if at not in left]
        names, units = (row and tuple(row[at] for at in kept) for row in (names, units))
        body = [[row[at] for at in kept] for row in body]
    shape = len(body), len(body[0]) if body else 0
    signal = np.array([_numbers(row, path, at, names) for at, row in enumerate(body)], np.float64)
    raw = RawRecord(signal.reshape(shape), rate, names, notes=notes)
    return in_millivolts(raw, units, path)


def _no_leads(names: Words | None, body: Rows) -> list[int]:
    """The columns that count samples or time: the first ones, and any other that is a time."""
    width, first = len(body[0]) if body else 0, 0
    while first < width and is_time(names[first] if names else None, _column(body, first)):
        first += 1
    called = [at for at in range(first, width) if names and tells_time(names[at])]
    return [*range(first), *(at for at in called if _never_falls(_column(body, at)))]


def _never_falls(cells: Sequence[str]) -> bool:
    """Whether these may be times: a second channel is called what a second is."""
    times = times_of(cells)
    return times is None or not (np.diff(times.values) < 0).any()


def _column(body: Rows, at: int) -> list[str]:
    return [row[at] for row in body]


def _told(
    names: Words | None, units: Words | None, body: Rows, at: int, path: Path
) -> tuple[float | None, tuple[str, ...]]:
    """The rate that one of these columns tells, which is no lead; and what is said of it."""
    name, unit = names[at] if names else "", units[at] if units else ""
    column = "the first column" if at == 0 else f"column {at + 1}"
    times = times_of(_column(body, at))
    rate = told_rate(times, name, unit, f"{column} of {path.name}")
    left = f"{column}{f', {name},' if name else ''} counts samples or time and is no lead"
    if times and not times.unit and (odd := unknown_unit(name, unit)):
        return None, (left, f"it tells no rate: {odd!r} is no unit of time")
    return rate, (left, spoken(rate)) if rate else (left,)


def _a_row_per_lead(rows: Rows) -> bool:
    """Whether each line is a lead: few long lines of numbers, maybe behind a name."""
    long = len(rows) <= MAX_LEADS < len(rows[0]) and len(rows[0]) >= 4 * len(rows)
    return long and all(is_number(cell) for row in rows for cell in row[1:])


def _head(rows: Rows, path: Path) -> tuple[Words | None, Words | None, Rows]:
    """Names and units of the columns, and the lines below."""
    if not rows or all(map(is_number, rows[0])):
        return None, None, rows
    names, body = tuple(rows[0]), rows[1:]
    units: Words | None = None
    if body and not any(map(is_number, filter(None, body[0]))) and any(body[0]):
        units, body = tuple(cell.strip("[]() ") for cell in body[0]), body[1:]
    else:
        names, units = with_units(names)
    plain = [name.lower() for name in names]
    numbers = [name for name in (names[0] or "index", *names[1:]) if is_number(name)]
    if numbers or len(set(plain)) != len(plain):
        raise SignalError(
            f"expected numbers, or a name of its own for every lead, in the first line of "
            f"{path.name}; got {shown(names)}"
        )
    return names, units, body


def _numbers(row: Sequence[str], path: Path, line: int, names: Words | None) -> list[float]:
    try:
        return [float(cell) if cell else np.nan for cell in row]
    except ValueError:
        column, bad = next((at, cell) for at, cell in enumerate(row) if not is_number(cell))
        raise SignalError(
            f"expected a number in sample {line} of {path.name}; got {shown([bad])!r} in "
            f"{shown([names[column]]) if names else f'lead {column + 1}'}"
        ) from None
