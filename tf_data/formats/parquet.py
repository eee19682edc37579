"""Parquet tables: a column per lead, and maybe the rate and the unit in the table's metadata."""

from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.channels import factor
from tf_data.formats.libraries import check_claim, library, reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.time_column import is_time, spoken, told_rate
from tf_data.formats.times import times_in

INDEX = "__index_level_0__"  # what pandas calls the index of a table that gave it no name
KIND = "a Parquet table of a column per lead"


def read_parquet(path: Path) -> RawRecord:
    """The columns of ``path``; the keys ``sampling_rate`` and ``unit`` of its metadata are obeyed.

    Columns of time and the index of pandas are left out; they tell the rate where that is not said.

    Raises:
        SignalError: if the file is damaged, or a column holds anything but numbers.
    """
    parquet = library("pyarrow.parquet", path)
    with reading(KIND, path), parquet.ParquetFile(path) as file:
        metadata = file.metadata
        check_claim(path, 8 * metadata.num_rows * metadata.num_columns)
        columns = file.schema_arrow.names
        times = [name for name in columns if name.startswith("__index_") or is_time(name, ())]
        leads = [name for name in columns if name not in times]
        table = file.read(columns=leads)
        said = {key.decode().lower(): value.decode() for key, value in _told(table)}
        signal = _signal(table, path)
        told = _rate(file.read(columns=times), path)
        rate = float(said["sampling_rate"]) if "sampling_rate" in said else told
    left = [name for name in times if name != INDEX]
    notes = tuple(f"{name} is left out of {path.name}: it is no lead" for name in left)
    if told and rate == told:
        notes = (*notes, spoken(told))
    if "unit" not in said:
        return RawRecord(signal, rate, tuple(leads), notes=notes)
    millivolts = factor(said["unit"])
    if millivolts is None:
        raise SignalError(f"expected mV, uV, nV or V in {path.name}; its unit is {said['unit']}")
    return RawRecord(signal * millivolts, rate, tuple(leads), "mV", notes)


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
    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.to_numpy()
        if values.dtype.kind not in "iuf":
            raise SignalError(
                f"expected {KIND} in {path.name}; {name} holds {column.type}. Save each record "
                "to a file of its own, a number per line and lead."
            )
        columns.append(values)
    return np.stack(columns, axis=1)
