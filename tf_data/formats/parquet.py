"""Parquet tables: a column per lead, and maybe the rate and the unit in the table's metadata."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.channels import factor
from tf_data.formats.column_units import in_millivolts, with_units
from tf_data.formats.libraries import check_claim, library, reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.time_column import is_time, spoken, told_rate
from tf_data.formats.times import times_in

INDEX = "__index_level_0__"  # what pandas calls the index of a table that gave it no name
KIND = "a Parquet table of a column per lead"


def read_parquet(path: Path) -> RawRecord:
    """The columns of ``path``; the keys ``sampling_rate`` and ``unit`` of its metadata are obeyed.

    Units behind the columns' names, as in ``I (uV)``, go before that of the metadata. Columns of
    time and the index of pandas are left out; they tell the rate where that is not said.

    Raises:
        SignalError: if the file is damaged, or a column holds anything but numbers.
    """
    parquet = library("pyarrow.parquet", path)
    with reading(KIND, path), parquet.ParquetFile(path) as file:
        columns = file.schema_arrow.names
        times = [name for name in columns if name.startswith("__index_") or is_time(name, ())]
        leads = [name for name in columns if name not in times]
        told_by = _readable(file.schema_arrow, leads, times, path)
        check_claim(path, _claimed(file.metadata, {*leads, *told_by}))
        table = file.read(columns=leads)
        said = {key.decode().lower(): value.decode() for key, value in _told(table)}
        signal = _signal(table, path)
        told = _rate(file.read(columns=told_by), path)
        rate = float(said["sampling_rate"]) if "sampling_rate" in said else told
    left = [name for name in times if name != INDEX]
    notes = tuple(f"{name} is left out of {path.name}: it is no lead" for name in left)
    if told and rate == told:
        notes = (*notes, spoken(told))
    names, units = with_units(tuple(leads))
    if units or "unit" not in said:
        return in_millivolts(RawRecord(signal, rate, names, notes=notes), units, path)
    millivolts = factor(said["unit"])
    if millivolts is None:
        raise SignalError(f"expected mV, uV, nV or V in {path.name}; its unit is {said['unit']}")
    return RawRecord(signal * millivolts, rate, names, "mV", notes)


def _readable(schema: Any, leads: Sequence[str], times: Sequence[str], path: Path) -> list[str]:
    """The times that may tell a rate; a list or text in one line may be of any size, unread.

    Raises:
        SignalError: if a lead is of anything but numbers.
    """
    types = library("pyarrow", path).types
    read = []
    for one in schema:
        is_number = types.is_integer(one.type) or types.is_floating(one.type)
        if one.name in leads and not is_number:
            raise SignalError(
                f"expected {KIND} in {path.name}; {one.name} holds {one.type}. Save each record "
                "to a file of its own, a number per line and lead."
            )
        if one.name in times and (is_number or types.is_temporal(one.type)):
            read.append(one.name)
    return read


def _claimed(metadata: Any, columns: set[str]) -> int:
    """Bytes of columns, by whichever count of the file is largest: they need not agree."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    rows = max(metadata.num_rows, sum(one.num_rows for one in groups))
    chunks = [one.column(place) for one in groups for place in range(one.num_columns)]
    held = sum(one.total_uncompressed_size for one in chunks if one.path_in_schema in columns)
    return max(8 * rows * len(columns), held)


def _told(table: Any) -> list[tuple[bytes, bytes]]:
    """The metadata but those that libraries leave for themselves, of which some are no text."""
    return [pair for pair in (table.schema.metadata or {}).items() if b":" not in pair[0]]


def _rate(table: Any, path: Path) -> float | None:
    """The rate that the first column of times tells."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        called = "" if name == INDEX else name
        where = f"the column {name} of {path.name}"
        if rate := told_rate(times_in(column.to_numpy()), called, "", where):
            return rate
    return None


def _signal(table: Any, path: Path) -> np.ndarray:
    """``[samples, leads]``; what is missing is NaN."""
    if not table.num_columns:
        raise SignalError(f"expected {KIND} in {path.name}; it has no columns")
    return np.stack([column.to_numpy() for column in table.columns], axis=1)
