"""The printed page's geometry: where each lead, separator, pulse and name stands.

Measured on the 491 distinct pages of the ECG Images dataset of Cardiac Patients (Khan & Hussain,
Mendeley Data gwbz3fsgp8 v2, CC BY 4.0), which one printer (EDAN SE-3) drew to the pixel alike.
"""

from dataclasses import dataclass

from ecgzoo.signal_spec import PRINTED, SignalSpec

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class PageLayout:
    """Geometry of a 3 x 4 + 1 ECG page. All lengths in pixels, boxes half-open.

    Attributes:
        height: rows of the page.
        width: columns of the page.
        dots_per_inch: printing resolution.
        paper_speed: in mm/s.
        gain: in mm/mV.
        rows: names of the leads, a tuple per printed row, left to right.
        baselines: the y of 0 mV per row, the strip last.
        box_left: the x of the first sample per column of boxes, clear of the separator.
        box_samples: columns traced in a box, one sample each.
        strip_samples: columns traced in the strip.
        strip_leads: the leads that the strip may show.
        separators: columns ``[left, right)`` of the vertical lines between the boxes.
        separator_rows: rows ``[top, bottom)`` of the separators.
        trace_rows: rows ``[top, bottom)`` that a trace may reach.
        pulse_columns: of the calibration pulses: first of the left foot and of the rise, the ones
            after the fall and after the right foot.
        grid: the frame of the grid, ``(top, bottom, left, right)``.
        name_tops: the y of the lead names' first row, per row.
        name_size: rows and columns of a lead name's box.
        ink_below: gray levels under this are ink; the grid's dots (75 to 91) are not.
        pen: thickness of the stroke.

    Example:
        >>> round(PAGE_LAYOUT.sampling_rate, 4), round(PAGE_LAYOUT.pixels_per_millivolt, 2)
        (196.8504, 78.74)
        >>> PAGE_LAYOUT.box("aVF")
        (1066.0, 646)
    """

    height: int = 1572
    width: int = 2213
    dots_per_inch: float = 200.0
    paper_speed: float = 25.0
    gain: float = 10.0
    rows: tuple[tuple[str, ...], ...] = tuple(zip(*PRINTED, strict=True))
    baselines: tuple[float, ...] = (463.0, 763.0, 1066.0, 1366.0)
    box_left: tuple[int, ...] = (154, 646, 1138, 1630)
    box_samples: int = 488
    strip_samples: int = 1966
    strip_leads: tuple[str, ...] = ("II", "III")
    separators: tuple[tuple[int, int], ...] = ((643, 646), (1135, 1138), (1626, 1630))
    separator_rows: tuple[int, int] = (420, 1110)
    trace_rows: tuple[int, int] = (204, 1537)
    pulse_columns: tuple[int, ...] = (95, 104, 123, 132)
    grid: tuple[int, int, int, int] = (283, 1518, 68, 2177)
    name_tops: tuple[int, ...] = (436, 737, 1039, 1339)
    name_size: tuple[int, int] = (20, 56)
    ink_below: int = 60
    pen: int = 3

    @property
    def sampling_rate(self) -> float:
        """Columns per second of a trace, in Hz."""
        return self.dots_per_inch / MM_PER_INCH * self.paper_speed

    @property
    def pixels_per_millivolt(self) -> float:
        """Rows per mV."""
        return self.dots_per_inch / MM_PER_INCH * self.gain

    @property
    def window_samples(self) -> int:
        """Columns of the trace window: as many equal blocks as there are columns of boxes."""
        return len(self.box_left) * (self.box_left[1] - self.box_left[0])

    @property
    def leads(self) -> tuple[str, ...]:
        """The twelve leads in clinical order: down each column of boxes."""
        return tuple(name for column in self.columns for name in column)

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Names of the leads, a tuple per column of boxes: they are printed at the same time."""
        return tuple(zip(*self.rows, strict=True))

    @property
    def strip_left(self) -> int:
        """The x of the strip's first sample: it starts with the first column of boxes."""
        return self.box_left[0]

    @property
    def pulse_baselines(self) -> tuple[int, ...]:
        """The y of the calibration pulses' feet, per row: they stand at 0 mV."""
        return tuple(round(y) for y in self.baselines)

    def __str__(self) -> str:
        """What is expected of a page, for a reader."""
        return (
            f"a {len(self.rows)} x {len(self.columns)} + 1 ECG page of {self.width} x "
            f"{self.height} pixels ({self.dots_per_inch:g} dpi, {self.paper_speed:g} mm/s, "
            f"{self.gain:g} mm/mV)"
        )

    def cell(self, lead: str) -> tuple[int, int]:
        """Row and column of a lead's box.

        Raises:
            KeyError: if the page has no such lead.
        """
        for row, names in enumerate(self.rows):
            if lead in names:
                return row, names.index(lead)
        raise KeyError(f"expected one of {', '.join(self.leads)}; got {lead!r}")

    def box(self, lead: str) -> tuple[float, int]:
        """The y of a lead's 0 mV and the x of its first sample."""
        row, column = self.cell(lead)
        return self.baselines[row], self.box_left[column]

    def region(self, name: str) -> tuple[slice, slice]:
        """Rows and columns of ``"page"``, ``"grid"``, ``"strip"`` or a lead's box.

        Raises:
            ValueError: if the page has no such region.
        """
        top, bottom, left, right = self.grid
        below = zip(self.baselines, self.baselines[1:], strict=False)
        rows = (top, *(round((a + b) / 2) for a, b in below), bottom)
        if name == "page":
            return slice(0, self.height), slice(0, self.width)
        if name == "grid":
            return slice(top, bottom), slice(left, right)
        if name == "strip":
            end = self.strip_left + self.strip_samples
            return slice(rows[-2], rows[-1]), slice(self.strip_left, end)
        if name not in self.leads:
            known = ", ".join(("page", "grid", "strip", *self.leads))
            raise ValueError(f"expected a region of {known}; got {name!r}")
        row, column = self.cell(name)
        start = self.box_left[column]
        return slice(rows[row], rows[row + 1]), slice(start, start + self.box_samples)


PAGE_LAYOUT = PageLayout()
"""The layout of the data set's pages."""

PAGE_SPEC = SignalSpec(
    leads=PAGE_LAYOUT.leads,
    sampling_rate=PAGE_LAYOUT.sampling_rate,
    samples=PAGE_LAYOUT.box_samples,
    simultaneous=False,
)
"""The traced twelve leads: 488 samples of 196.85 Hz, each column of boxes 2.5 s after the last."""

RHYTHM_SAMPLES = PAGE_LAYOUT.strip_samples
"""Samples of the traced rhythm strip, at the rate of ``PAGE_SPEC``; it starts with lead I."""

AVERAGE_SPEC = SignalSpec(
    leads=("average",),
    sampling_rate=PAGE_LAYOUT.sampling_rate,
    samples=PAGE_LAYOUT.width,
    unit="gray",
    simultaneous=True,
)
"""The whole page's vertical average: one sample per column of the page."""
