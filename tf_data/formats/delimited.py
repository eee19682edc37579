"""Delimited text: a column or a row per lead, named or not, in the dialects that programs write."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import MAX_LEADS
from tf_data.formats.cells import Rows, cells_of, is_number, shown
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.formats.time_column import is_time, spoken, told_rate
from tf_data.formats.time_units import SECONDS, cut_unit, unknown_unit
from tf_data.formats.times import times_of
from tf_data.lead_names import lead_of

Words = tuple[str, ...]


def read_csv(path: Path) -> RawRecord:
    """The leads in ``path``, and their names where the first line or column holds names.

    A line of units below the names is read, or units behind them, as in ``I (mV)``. First columns
    of times or sample numbers are left out, and said; times tell the rate.

    Raises:
        SignalError: if it is no such text, a line has another number of cells than the first, a
            sample is no number, or times jump.
    """
    rows, notes = cells_of(path)
    if rows and _a_row_per_lead(rows):
        rows = [list(column) for column in zip(*rows, strict=True)]
        notes = (*notes, "each line is read as a lead")
    names, units, body = _head(rows, path)
    rate, place = None, 0
    while body and body[0] and is_time(names[0] if names else None, [row[0] for row in body]):
        found, said = _told(names, units, body, place, path)
        rate, notes = rate or found, (*notes, *said)
        names, units = names and names[1:], units and units[1:]
        body, place = [row[1:] for row in body], place + 1
    shape = len(body), len(body[0]) if body else 0
    signal = np.array([_numbers(row, path, at, names) for at, row in enumerate(body)], np.float64)
    raw = RawRecord(signal.reshape(shape), rate, names, notes=notes)
    return _in_millivolts(raw, units, path)


def _told(
    names: Words | None, units: Words | None, body: Rows, place: int, path: Path
) -> tuple[float | None, tuple[str, ...]]:
    """The rate that the first of these columns tells, which is no lead; and what is said of it."""
    name, unit = names[0] if names else "", units[0] if units else ""
    column = "the first column" if place == 0 else f"column {place + 1}"
    times = times_of([row[0] for row in body])
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
        names, units = _with_units(names)
    plain = [name.lower() for name in names]
    numbers = [name for name in (names[0] or "index", *names[1:]) if is_number(name)]
    if numbers or len(set(plain)) != len(plain):
        raise SignalError(
            f"expected numbers, or a name of its own for every lead, in the first line of "
            f"{path.name}; got {shown(names)}"
        )
    return names, units, body


def _with_units(names: Words) -> tuple[Words, Words | None]:
    """Names without the units behind them, which are known or of a lead or time; None without."""
    cut = [_with_unit(name) for name in names]
    if not any(cut):
        return names, None
    both = [one or (name, "") for one, name in zip(cut, names, strict=True)]
    return tuple(name for name, _ in both), tuple(unit for _, unit in both)


def _with_unit(name: str) -> tuple[str, str] | None:
    called, unit = cut_unit(name)
    known = unit.lower() in (*MILLIVOLTS, *SECONDS) or lead_of(called) or is_time(name, ())
    return (called, unit) if unit and known else None


def _numbers(row: Sequence[str], path: Path, line: int, names: Words | None) -> list[float]:
    try:
        return [float(cell) if cell else np.nan for cell in row]
    except ValueError:
        column, bad = next((at, cell) for at, cell in enumerate(row) if not is_number(cell))
        raise SignalError(
            f"expected a number in sample {line} of {path.name}; got {shown([bad])!r} in "
            f"{shown([names[column]]) if names else f'lead {column + 1}'}"
        ) from None


def _in_millivolts(raw: RawRecord, units: Words | None, path: Path) -> RawRecord:
    """The columns that are voltages, where units are said; the others as they are."""
    if not units or not any(units):
        return raw
    factors = [MILLIVOLTS.get(unit.lower()) for unit in units]
    kept = [column for column, factor in enumerate(factors) if factor is not None]
    if not kept:
        raise SignalError(f"expected voltages (mV, uV, V) in {path.name}; got {shown(units)}")
    names = raw.leads or units
    left = [column for column, factor in enumerate(factors) if factor is None]
    said = tuple(f"{names[one]} is left out: {units[one]!r} is no voltage" for one in left)
    scale = np.array([factors[column] for column in kept], np.float64)
    leads = tuple(names[column] for column in kept)
    return RawRecord(
        raw.signal[:, kept] * scale, raw.sampling_rate, leads, "mV", (*raw.notes, *said)
    )
