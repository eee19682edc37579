"""What every page bears beside its traces: separators, lead names and calibration pulses."""

import json
from pathlib import Path

import numpy as np

from ecgzoo.pages.layout import PAGE_LAYOUT, PageLayout

# Lead names as the printer draws them, a bit per pixel.
_PACKED = json.loads(Path(__file__).with_name("glyphs.json").read_text(encoding="utf-8"))


def lead_name(name: str) -> np.ndarray:
    """The bitmap of a printed lead name.

    Args:
        name: one of the page's twelve leads.

    Returns:
        bool array ``[20, 56]``, true where ink is.

    Raises:
        KeyError: if the page prints no such name.

    Example:
        >>> int(lead_name("I").sum())
        65
    """
    height, width = PAGE_LAYOUT.name_size
    packed = np.frombuffer(bytes.fromhex(_PACKED[name]), np.uint8)
    return np.unpackbits(packed, count=height * width).reshape(height, width).astype(bool)


def separator_ink(layout: PageLayout) -> np.ndarray:
    """The lines between the boxes, bool ``[height, width]``.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> int(separator_ink(PAGE_LAYOUT).sum())
        6900
    """
    ink = _empty(layout)
    top, bottom = layout.separator_rows
    for left, right in layout.separators:
        ink[top:bottom, left:right] = True
    return ink


def name_ink(layout: PageLayout, strip_lead: str) -> np.ndarray:
    """The lead names, the strip's included, bool ``[height, width]``.

    Args:
        layout: the page's geometry.
        strip_lead: the name printed at the strip.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> bool(name_ink(PAGE_LAYOUT, "II")[437, 154])
        True
    """
    ink = _empty(layout)
    height, width = layout.name_size
    places = [(*layout.cell(lead), lead) for lead in layout.leads]
    for row, column, lead in [*places, (len(layout.rows), 0, strip_lead)]:
        y, x = layout.name_tops[row], layout.box_left[column]
        ink[y : y + height, x : x + width] |= lead_name(lead)
    return ink


def pulse_ink(baseline: int, layout: PageLayout) -> np.ndarray:
    """One calibration pulse of 1 mV, bool ``[height, width]``.

    Args:
        baseline: the row of its feet.
        layout: the page's geometry.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> bool(pulse_ink(463, PAGE_LAYOUT)[384, 112])
        True
    """
    ink = _empty(layout)
    left, rise, fall, end = layout.pulse_columns
    reach = layout.pen // 2
    top = baseline - round(layout.pixels_per_millivolt)
    ink[top - reach : baseline + reach + 1, rise:fall] = True
    ink[top + reach + 1 :, rise + layout.pen : fall - layout.pen] = False
    feet = slice(baseline - reach, baseline + reach + 1)
    ink[feet, left : rise + layout.pen] = True
    ink[feet, fall - layout.pen : end] = True
    return ink


def _empty(layout: PageLayout) -> np.ndarray:
    return np.zeros((layout.height, layout.width), bool)
