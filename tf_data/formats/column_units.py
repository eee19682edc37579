"""Units behind the names of columns, as in ``I (uV)``, and what they make of the leads."""

from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.cells import shown
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord
from tf_data.formats.time_column import is_time
from tf_data.formats.time_units import SECONDS, cut_unit
from tf_data.lead_names import lead_of

Words = tuple[str, ...]


def with_units(names: Words) -> tuple[Words, Words | None]:
    """Names without the units behind them, which are known or of a lead or time; None without.

    Example:
        >>> with_units(("I (uV)", "time (s)")), with_units(("I", "II"))
        ((('I', 'time'), ('uV', 's')), (('I', 'II'), None))
    """
    cut = [_with_unit(name) for name in names]
    if not any(cut):
        return names, None
    both = [one or (name, "") for one, name in zip(cut, names, strict=True)]
    return tuple(name for name, _ in both), tuple(unit for _, unit in both)


def _with_unit(name: str) -> tuple[str, str] | None:
    called, unit = cut_unit(name)
    known = unit.lower() in (*MILLIVOLTS, *SECONDS) or lead_of(called) or is_time(name, ())
    return (called, unit) if unit and known else None


def in_millivolts(raw: RawRecord, units: Words | None, path: Path) -> RawRecord:
    """The columns that are voltages, where units are said; without units, all as they are.

    Raises:
        SignalError: if units are said, and none is of a voltage.
    """
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
