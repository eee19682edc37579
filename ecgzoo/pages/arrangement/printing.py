"""Printing: what a user knows of a sheet beforehand, so that it need not be found or assumed."""

from __future__ import annotations

from dataclasses import dataclass

from ecgzoo.pages.sheets.sheet import LAYOUTS

SPEEDS = 5.0, 100.0  # mm/s
GAINS = 1.0, 80.0  # mm/mV


@dataclass(frozen=True)
class Printing:
    """How a sheet is printed, as far as it is known.

    Attributes:
        layout: a name of ``LAYOUTS``; strips may follow below. None for whatever the names say.
        gain: in mm/mV; None for what the calibration pulses say, or 10 without them.
        speed: in mm/s; None for 25.

    Raises:
        ValueError: if there is no such layout, or a number is none that a printer has.

    Example:
        >>> Printing("6x2", gain=20).rows[0]
        ('I', 'V1')
        >>> Printing("4x4")
        Traceback (most recent call last):
        ValueError: expected a layout among 3x4, 6x2, 12x1, ...; got 4x4
    """

    layout: str | None = None
    gain: float | None = None
    speed: float | None = None

    def __post_init__(self) -> None:
        if self.layout is not None and self.layout not in LAYOUTS:
            raise ValueError(f"expected a layout among {', '.join(LAYOUTS)}; got {self.layout}")
        for what, unit, value, (least, most) in (
            ("gain", "mm/mV", self.gain, GAINS),
            ("speed", "mm/s", self.speed, SPEEDS),
        ):
            if value is not None and not least <= value <= most:
                found = f"{unit}; got {value:g}"
                raise ValueError(f"expected a {what} of {least:g} to {most:g} {found}")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...] | None:
        """The leads of each row, without strips; None if the layout is not known."""
        return None if self.layout is None else LAYOUTS[self.layout]


UNKNOWN = Printing()
