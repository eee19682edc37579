"""Sheets of any layout: read by the grid, the names of leads and two networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ecgzoo.errors import NoRowsError, SheetError
from ecgzoo.pages.arrangement.arrangement import Arrangement, find_arrangement
from ecgzoo.pages.arrangement.printing import UNKNOWN, Printing
from ecgzoo.pages.arrangement.row_ends import with_exact_ends
from ecgzoo.pages.homography import from_corner
from ecgzoo.pages.networks.reading_networks import kinds_of_print, row_reader
from ecgzoo.pages.row_reading import ReadRow, read_rows, without_shared
from ecgzoo.pages.sheet_lie import Lie, lie_in
from ecgzoo.pages.sheets.plane import reading_plane
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM, Sheet

QUARTERS = 0, 2, 1, 3  # turns
BESIDE = 12.0  # mm beside a row that are looked at: its end may be some mm from where it seems


@dataclass(frozen=True, eq=False)
class SheetRead:
    """What was read off a picture of a sheet.

    Attributes:
        arrangement: where each lead stands.
        rows: the trace of each row.
        home: float ``[3, 3]``, the homography from the image's pixels to the plane's mm.
        flat: of bent paper, the image that ``home`` is of: uint8 ``[height, width, 3]``, the
            paper laid flat.
    """

    arrangement: Arrangement
    rows: list[ReadRow]
    home: np.ndarray
    flat: np.ndarray | None = None

    def __str__(self) -> str:
        """What was found, for a reader."""
        sheet = self.arrangement.sheet
        columns = max(map(len, sheet.rows))
        main = sum(len(row) == columns for row in sheet.rows)
        strips = len(sheet.rows) - main
        layout = f"{main} x {columns}" + (f" + {strips}" if strips else "")
        gain = f"{sheet.gain:g} mm/mV" + ("" if self.arrangement.gain_seen else " (assumed)")
        speed = f"{sheet.speed:g} mm/s" + ("" if self.arrangement.speed_given else " (assumed)")
        return f"{layout}, {gain}, {speed}"


def read_sheet(image: np.ndarray, printing: Printing = UNKNOWN) -> SheetRead:
    """Reads a picture of a sheet.

    Args:
        image: uint8 ``[height, width, 3]``.
        printing: what is known of it.

    Raises:
        SheetError: if it shows no sheet whose leads can be told.
    """
    reasons: list[SheetError] = []
    for lie in _lies(image):
        try:
            plane, moved, arrangement = _arranged(lie.picture, lie.home, printing)
        except SheetError as error:
            reasons.append(error)
            continue
        baselines = np.array(arrangement.sheet.baselines) * PIXELS_PER_MM
        within = _columns(arrangement.sheet)
        rows = without_shared(read_rows(plane, baselines, row_reader(), within))
        sheet = with_exact_ends(arrangement.sheet, [row.y for row in rows])
        flat = lie.picture if lie.bent else None
        return SheetRead(replace(arrangement, sheet=sheet), rows, moved, flat)
    raise _furthest(reasons)


def _furthest(reasons: list[SheetError]) -> SheetError:
    """The reason of the turn that came furthest, the likeliest of these."""
    with_rows = (one for one in reasons if not isinstance(one, NoRowsError))
    found = [*with_rows, *reasons, SheetError("no grid that tells the scale")]
    return found[0]


def _columns(sheet: Sheet) -> slice:
    """The columns of the plane in which rows run, and some beside them."""
    left, right = (
        max(round((x + beside) * COLUMNS_PER_MM), 0)
        for x, beside in zip(sheet.ends, (-BESIDE, BESIDE), strict=True)
    )
    return slice(left, right)


def _lies(image: np.ndarray) -> Iterator[Lie]:
    """How the sheet in an image may lie, by quarter turns, the likeliest first."""
    lie = lie_in(image)
    if lie is not None:
        yield from map(lie.turned, QUARTERS)


def _arranged(
    image: np.ndarray, home: np.ndarray, printing: Printing
) -> tuple[np.ndarray, np.ndarray, Arrangement]:
    """The plane of a sheet that lies so, the homography to it, and what stands on it."""
    moved, size = from_corner(home, image.shape)
    plane = reading_plane(image, np.linalg.inv(moved), size)
    return plane, moved, find_arrangement(kinds_of_print(plane), size, printing)
