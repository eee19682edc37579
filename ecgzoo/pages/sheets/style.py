"""How a sheet is printed: paper, grid, pen, pulses, names and whatever else a printer adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Colour = tuple[int, int, int]


class Note(NamedTuple):
    """Words on a sheet that are no lead's name. Lengths in mm.

    Attributes:
        text: one line.
        place: of its lower left corner.
        height: of its capitals.
        upwards: whether it is read from below to above, beginning at its place.
        boxed: whether it stands white in a box of ink, as a logo does.
    """

    text: str
    place: tuple[float, float]
    height: float
    upwards: bool = False
    boxed: bool = False


@dataclass(frozen=True)
class Style:
    """Lengths in mm.

    Attributes:
        paper: its colour.
        grid: ``"lines"``, ``"squares"`` (no lines of 1 mm), ``"dots"``, ``"dotted"`` (lines of 5
            mm made of dots) or ``"none"``.
        grid_colour: of its lines.
        fine: how much fainter the lines of 1 mm are than those of 5 mm, 0 to 1.
        line: width of a grid line.
        framed: whether the grid ends where the traces do; else it fills the sheet.
        ink: colour of traces and names.
        pen: width of the trace.
        pulses: ``"left"``, ``"right"`` or ``"none"``.
        pulse_joined: whether the trace goes on from the pulse.
        separators: ``"none"``, ``"ticks"``, ``"lines"`` or ``"gaps"`` between a row's leads.
        font: path of a font file; None for the one that Pillow brings.
        name_height: of a lead's name.
        name_place: of its lower left corner from where the lead's trace begins at 0 mV.
        name_case: ``str``, ``str.upper`` or ``str.lower`` by name.
        strips_named_twice: whether a strip below rows of several leads bears its name before its
            trace as well.
        notes: what else is printed.
        notes_font: as ``font``.
    """

    paper: Colour = (255, 255, 255)
    grid: str = "lines"
    grid_colour: Colour = (240, 150, 150)
    fine: float = 0.5
    line: float = 0.12
    framed: bool = False
    ink: Colour = (0, 0, 0)
    pen: float = 0.3
    pulses: str = "left"
    pulse_joined: bool = True
    separators: str = "none"
    font: str | None = None
    name_height: float = 3.0
    name_place: tuple[float, float] = (1.0, -5.0)
    name_case: str = "as written"
    strips_named_twice: bool = False
    notes: tuple[Note, ...] = ()
    notes_font: str | None = None
