"""Sheets as they vary: layouts, printers and fonts drawn by lot, for training and for tests."""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path

import numpy as np

from ecgzoo.pages.sheets.headings import random_heading
from ecgzoo.pages.sheets.sheet import LAYOUTS, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Note, Style

STRIPS = "II", "V1", "V5", "III", "V2", "I"
WORDS = (
    "Name",
    "ID",
    "Date",
    "Time",
    "HR",
    "PR",
    "QRS",
    "QT/QTc",
    "P-R-T",
    "bpm",
    "ms",
    "mm/s",
    "mm/mV",
    "Hz",
    "Sinus",
    "rhythm",
    "Normal",
    "ECG",
    "Unconfirmed",
    "Male",
    "Female",
    "Age",
    "years",
    "Room",
    "Dept",
    "Hospital",
    "Vent.",
    "rate",
    "interval",
    "duration",
    "axes",
    "Abnormal",
    "borderline",
    "25mm/s",
    "10mm/mV",
    "0.05-150Hz",
    "0.5-35Hz",
    "AC50",
    "Technician",
    "Referred",
    "by",
    "Test",
    "ind",
    "Report",
)
GRID_COLOURS = (
    (240, 150, 150),
    (255, 190, 190),
    (230, 90, 90),
    (250, 170, 120),
    (200, 140, 90),
    (150, 190, 240),
    (150, 200, 150),
    (190, 190, 190),
    (130, 130, 130),
    (90, 90, 90),
)
GRIDS = "lines", "squares", "dots", "dotted", "none"
PULSES = "left", "right", "none"
INKS = (0, 0, 0), (20, 20, 20), (60, 60, 60), (10, 20, 90), (110, 40, 20), (80, 20, 20)


def random_sheet(rng: np.random.Generator) -> Sheet:
    """A sheet of a layout drawn by lot, its rows sometimes in an order of their own."""
    name = rng.choice(list(LAYOUTS), p=(0.46, 0.18, 0.12, 0.08, 0.1, 0.06))
    rows = list(LAYOUTS[name])
    if len(rows) > 3 and rng.random() < 0.4:
        rows = _shuffled(rows, rng)
    if len(rows) < 12:
        count = rng.choice(4, p=(0.25, 0.5, 0.1, 0.15))
        rows += [(str(lead),) for lead in rng.choice(STRIPS, count, replace=False)]
    gain = float(rng.choice((10, 5, 20), p=(0.85, 0.1, 0.05)))
    height, width = rng.uniform(190, 235), rng.uniform(272, 310)
    top, bottom = rng.uniform(25, 60), height - rng.uniform(12, 35)
    inner = np.linspace(top, bottom, len(rows))
    step = inner[1] - inner[0]
    baselines = inner + rng.uniform(-0.06, 0.06, len(rows)) * step
    inverted = ("aVR",) if "Cabrera" in name and rng.random() < 0.5 else ()
    left = rng.uniform(10, width - 256)
    return Sheet(
        tuple(rows), tuple(baselines), left, gain=gain, size=(height, width), inverted=inverted
    )


def random_style(rng: np.random.Generator, sheet: Sheet) -> Style:
    """A printer drawn by lot."""
    step = float(np.diff(sheet.baselines).min())
    height = rng.uniform(2.0, 4.2)
    above = rng.random() < 0.75
    up = -rng.uniform(2.5, max(min(9.0, 0.55 * step), 3.0)) if above else rng.uniform(4.5, 8.0)
    place = rng.uniform(-1, 4), up
    if rng.random() < 0.15:  # before the trace, at its height
        place = -rng.uniform(8, 10), height / 2 + rng.uniform(-1, 1)
    tint = rng.integers(228, 256, 3) if rng.random() < 0.5 else np.full(3, 255)
    colour = np.clip(
        np.array(GRID_COLOURS[rng.integers(len(GRID_COLOURS))]) + rng.normal(0, 12, 3), 40, 250
    )
    pulses = str(rng.choice(PULSES, p=(0.5, 0.2, 0.3))) if sheet.left > 17 else "none"
    return Style(
        paper=_colour(tint),
        grid=str(rng.choice(GRIDS, p=(0.6, 0.1, 0.12, 0.1, 0.08))),
        grid_colour=_colour(np.clip(colour, 40, 250)),
        fine=rng.uniform(0.25, 0.9),
        line=rng.uniform(0.08, 0.22),
        framed=bool(rng.random() < 0.4),
        ink=INKS[rng.choice(len(INKS), p=(0.5, 0.2, 0.1, 0.08, 0.06, 0.06))],
        pen=rng.uniform(0.15, 0.5),
        pulses=pulses,
        pulse_joined=bool(rng.random() < 0.6),
        separators=str(rng.choice(("none", "ticks", "lines", "gaps"), p=(0.4, 0.2, 0.2, 0.2))),
        font=_font(rng),
        name_height=height,
        name_place=place,
        name_case=str(rng.choice(("as written", "upper", "lower"), p=(0.88, 0.1, 0.02))),
        strips_named_twice=bool(pulses != "left" and rng.random() < 0.3),
        notes=_notes(rng, sheet) if rng.random() < 0.5 else random_heading(rng, sheet),
        notes_font=_font(rng),
    )  # fmt: skip


@cache
def fonts_at_hand() -> list[str]:
    """Paths of the fonts of text that Matplotlib brings or the system has."""
    from matplotlib import font_manager, get_data_path

    own = Path(get_data_path(), "fonts", "ttf").glob("*.ttf")
    found = [*map(str, own), *font_manager.findSystemFonts()]
    shunned = "STIXSiz", "STIXNonUni", "LastResort", "cmsy", "cmex", "cmmi", "Math", "Display"
    by_name = {Path(one).name: one for one in sorted(found)}
    return [one for name, one in by_name.items() if not any(word in name for word in shunned)]


def _shuffled(rows: list, rng: np.random.Generator) -> list:
    if rng.random() < 0.5:
        return [rows[place] for place in rng.permutation(len(rows))]
    names, count = rng.permutation(TWELVE).tolist(), len(rows[0])
    return [tuple(names[start : start + count]) for start in range(0, 12, count)]


def _colour(values: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in values)
    return red, green, blue


def _font(rng: np.random.Generator) -> str | None:
    fonts = fonts_at_hand()
    return fonts[rng.integers(len(fonts))] if rng.random() < 0.8 else None


def _notes(rng: np.random.Generator, sheet: Sheet) -> tuple[Note, ...]:
    """Lines of text at the top and the bottom, and a word or two elsewhere."""
    top, bottom = sheet.baselines[0] - 16, min(sheet.baselines[-1] + 12, sheet.size[0] - 1)
    notes = []
    for _ in range(rng.integers(0, 16)):
        y = (
            rng.uniform(3, max(top, 4))
            if rng.random() < 0.75
            else rng.uniform(bottom, sheet.size[0])
        )
        place = rng.uniform(3, sheet.size[1] - 40), y
        notes.append(Note(_text(rng), place, rng.uniform(1.5, 4)))
    for _ in range(rng.integers(0, 3)):
        place = rng.uniform(3, sheet.size[1] - 20), rng.uniform(top, sheet.size[0])
        notes.append(Note(_text(rng, 2), place, rng.uniform(1.5, 3)))
    return tuple(notes)


def _text(rng: np.random.Generator, most: int = 6) -> str:
    letters = list(string.ascii_letters + string.digits + ":/.-")
    words = [
        str(rng.choice(WORDS))
        if rng.random() < 0.6
        else "".join(rng.choice(letters, rng.integers(1, 9)))
        for _ in range(rng.integers(1, most + 1))
    ]
    return " ".join(words)
