"""The arrangement of a sheet that was recognised: which lead is printed where."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ecgzoo.errors import NoRowsError, SheetError
from ecgzoo.pages.arrangement.leads_in_place import leads_of, other_names
from ecgzoo.pages.arrangement.marks import (
    KINDS_PER_MM,
    Name,
    find_names,
    pulse_height,
    pulsed_columns,
)
from ecgzoo.pages.arrangement.name_columns import COUNTS, aligned_names
from ecgzoo.pages.arrangement.printed_rows import (
    PrintedRow,
    extent,
    find_rows,
    has_other_row,
    shown_rows,
    traces_by_column,
)
from ecgzoo.pages.arrangement.printing import UNKNOWN, Printing
from ecgzoo.pages.sheets.drawing import TRACE
from ecgzoo.pages.sheets.sheet import TWELVE, Sheet

GAINS = 5.0, 10.0, 20.0
NEAR_GAIN = 0.2  # share by which a pulse may miss a gain
ROW_MM = 250.0  # a row of ten seconds at 25 mm/s
FULL = 0.6  # 1 if all of ten seconds shows a trace in every row, -1 if nothing of it does
FAINT = 0.1  # mean probability below which nothing is a name


@dataclass(frozen=True)
class Arrangement:
    """A sheet as it was recognised.

    Attributes:
        sheet: where each lead stands, in mm of the plane.
        gain_seen: whether calibration pulses tell the gain, or it was given; else 10 mm/mV is
            assumed.
        named: the share of its cells whose names were read; the others follow from the layout.
        speed_given: whether the speed was given; else 25 mm/s is assumed.
        also: of strips, by row: what their names may be as well.
    """

    sheet: Sheet
    gain_seen: bool
    named: float
    speed_given: bool = False
    also: dict[int, tuple[str, ...]] = field(default_factory=dict)


def find_arrangement(
    kinds: np.ndarray, size: tuple[float, float], printing: Printing = UNKNOWN
) -> Arrangement:
    """Finds which lead is printed where.

    Args:
        kinds: float ``[rows, columns, kinds]``, probabilities of each kind of print.
        size: of the sheet, in mm.
        printing: what is known of it.

    Raises:
        SheetError: if names or traces do not add up to a sheet, or not to the one that is known.
    """
    trace, names = kinds[..., TRACE], [name for name in find_names(kinds) if name.sure > FAINT]
    ends = _ends(trace, pulsed_columns(kinds))
    if ends is None or not names:
        raise NoRowsError("no traces beside names of leads")
    left, right = ends
    columns = aligned_names(names, left, right, _columns_of(printing))
    rows = find_rows(trace, [name for column in columns for name in column], left)
    rows = shown_rows(trace, rows, left, right) if rows else []
    if not rows:
        raise NoRowsError("no traces beside names of leads")
    cells = [[_surest(row, column) for column in columns] for row in rows]
    leads, named = leads_of(cells, printing.rows)
    if len({lead for row in leads for lead in row}) < len(TWELVE) and has_other_row(trace, rows):
        raise SheetError("a row of traces without names of leads")
    baselines = tuple(row.baseline for row in rows)
    gain, speed = _gain(pulse_height(kinds, baselines), printing.gain), printing.speed or 25.0
    sheet = Sheet(
        rows=tuple(leads),
        baselines=baselines,
        left=left,
        seconds=(right - left) / speed,
        speed=speed,
        gain=gain or 10.0,
        size=size,
    )
    also = {
        place: other_names(row[0])
        for place, (row, shown) in enumerate(zip(cells, leads, strict=True))
        if len(shown) < len(row)
    }
    return Arrangement(sheet, gain is not None, named, printing.speed is not None, also)


def _ends(trace: np.ndarray, pulsed: np.ndarray) -> tuple[float, float] | None:
    """Where rows begin and end: the ten seconds with most trace and fewest pulses, if it is full.

    Else from the first ink of a trace to the last; None if there is too little.
    """
    share = traces_by_column(trace)
    speaks = np.where(pulsed, -1, 2 * share - 1)
    length = round(ROW_MM * KINDS_PER_MM)
    if speaks.size >= length:
        within = np.convolve(speaks, np.ones(length), "valid") / length
        best = np.flatnonzero(within >= within.max() - 1e-9)
        if within.max() > FULL:
            # A pulse's foot may be taken for trace: then the end away from the pulses counts.
            x = np.flatnonzero(pulsed)
            before = x.size > 0 and np.median(x) < best.mean() + length / 2
            place = best[-1] if before else best[0] if x.size else best.mean()
            left = float(place) / KINDS_PER_MM
            return left, left + ROW_MM
    return extent(share >= 0.5)


def _columns_of(printing: Printing) -> tuple[int, ...]:
    return COUNTS if printing.rows is None else (len(printing.rows[0]),)


def _gain(height: float | None, given: float | None) -> float | None:
    """The gain that is given, or that pulses tell; None if neither does."""
    gains = GAINS if given is None else (given,)
    if height is None:
        return given
    nearest = min(gains, key=lambda gain: abs(np.log(height / gain)))
    if abs(height / nearest - 1) < NEAR_GAIN:
        return nearest
    if given is not None:
        raise SheetError(f"calibration pulses {height:.0f} mm high, for {given:g} mm/mV")
    return None


def _surest(row: PrintedRow, column: list[Name]) -> Name | None:
    """The surest of a row's names that stand in a column."""
    both = [name for name in row.names if name in column]
    return max(both, key=lambda name: name.sure, default=None)
