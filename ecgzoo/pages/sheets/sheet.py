"""A printed sheet of any layout: which lead stands where, at what speed and gain."""

from __future__ import annotations

from dataclasses import dataclass

from ecgzoo.signal_spec import PRINTED

TWELVE = tuple(lead for column in PRINTED for lead in column)
CHEST = TWELVE[6:]
CABRERA = "aVL", "I", "aVR", "II", "aVF", "III"
PIXELS_PER_MM = 4  # rows of a sheet as it is read
COLUMNS_PER_MM = 8  # its columns: time is read twice as finely as voltage


@dataclass(frozen=True)
class Sheet:
    """Where the leads of a sheet are printed. Lengths in mm, from its upper left corner.

    Attributes:
        rows: names of the leads of each printed row, left to right; they share its seconds.
        baselines: the y of 0 mV, per row.
        left: the x where every row begins.
        seconds: that a row shows.
        speed: of the paper, in mm/s.
        gain: in mm/mV.
        size: height and width.
        inverted: leads that are printed upside down, as aVR in Cabrera's order may be.

    Example:
        >>> sheet = Sheet((("I", "V1"), ("II", "V2")), (50.0, 90.0))
        >>> sheet.row_boundaries(sheet.rows[0]), sheet.right
        ((20.0, 145.0, 270.0), 270.0)
    """

    rows: tuple[tuple[str, ...], ...]
    baselines: tuple[float, ...]
    left: float = 20.0
    seconds: float = 10.0
    speed: float = 25.0
    gain: float = 10.0
    size: tuple[float, float] = (210.0, 297.0)
    inverted: tuple[str, ...] = ()

    @property
    def right(self) -> float:
        """The x where every row ends."""
        return self.left + self.seconds * self.speed

    @property
    def ends(self) -> tuple[float, float]:
        """The x where every row begins and ends."""
        return self.left, self.right

    def row_boundaries(self, leads: tuple[str, ...]) -> tuple[float, ...]:
        """The x of the ends of a row's leads."""
        step = self.seconds * self.speed / len(leads)
        return tuple(self.left + place * step for place in range(len(leads) + 1))


def _columns(order: tuple[str, ...], count: int) -> tuple[tuple[str, ...], ...]:
    """Rows of ``count`` columns of which each goes down in the order."""
    tall = len(order) // count
    return tuple(zip(*(order[start : start + tall] for start in range(0, 12, tall)), strict=True))


LAYOUTS = {
    "3x4": _columns(TWELVE, 4),
    "6x2": _columns(TWELVE, 2),
    "12x1": _columns(TWELVE, 1),
    "3x4 Cabrera": _columns((*CABRERA, *CHEST), 4),
    "6x2 Cabrera": _columns((*CABRERA, *CHEST), 2),
    "12x1 Cabrera": _columns((*CABRERA, *CHEST), 1),
}
"""The rows of each layout that is printed commonly; strips may follow below, a row each."""
