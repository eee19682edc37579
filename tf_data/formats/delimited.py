"""Delimited text: a column per lead, named or not."""

import csv
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.raw_record import RawRecord


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
