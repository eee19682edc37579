"""A sheet drawn: its image, and where on it each kind of print and each lead's trace lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ecgzoo.pages.layout import MM_PER_INCH
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM, TWELVE, Sheet
from ecgzoo.pages.sheets.style import Note, Style

OTHER, TRACE, PULSE, FIRST_NAME = 0, 1, 2, 3
"""Kinds of print, by number; from ``FIRST_NAME`` on the names of the twelve leads."""

KINDS = FIRST_NAME + len(TWELVE)
FINE = 2  # pixels drawn for each of the image's
PULSE_FOOT, PULSE_TOP = 2.0, 5.0  # mm
GAP = 1.5  # mm left white between two leads
BEFORE = 9.0  # mm from a strip's second name to its trace
PLAIN = Style()

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class DrawnSheet:
    """A sheet and the truth about it.

    Attributes:
        image: uint8 ``[height, width, 3]``.
        kinds: uint8, what is printed where, ``PIXELS_PER_MM`` either way.
        traces: float32 ``[rows, columns]``, the y in mm of each row's trace, ``COLUMNS_PER_MM``;
            NaN where none is.
        dots_per_mm: of the image.
    """

    image: np.ndarray
    kinds: np.ndarray
    traces: np.ndarray
    dots_per_mm: float


def draw_sheet(
    signal: np.ndarray,
    rate: float,
    sheet: Sheet,
    style: Style = PLAIN,
    dots_per_inch: float = 200.0,
) -> DrawnSheet:
    """Draws twelve leads on a sheet of any layout.

    Args:
        signal: float ``[samples, 12]`` in mV, in clinical order, simultaneous; shown is its start.
        rate: in Hz.
        sheet: where the leads stand.
        style: what is printed how.
        dots_per_inch: of the image.

    Example:
        >>> sheet = Sheet((("I", "V1"), ("II", "V2")), (50.0, 90.0), size=(120.0, 290.0))
        >>> drawn = draw_sheet(np.zeros((5000, 12)), 500, sheet, dots_per_inch=100)
        >>> drawn.image.shape, np.unique(drawn.traces[1][drawn.traces[1] == drawn.traces[1]])
        ((472, 1142, 3), array([90.], dtype=float32))
    """
    scale = dots_per_inch / MM_PER_INCH
    size = tuple(round(side * scale) for side in sheet.size)
    strokes = [_row_points(signal, rate, sheet, style, row) for row in range(len(sheet.rows))]
    image = _paper(sheet, style, size, scale)
    ink = Image.new("L", (size[1] * FINE, size[0] * FINE))
    down, across = (round(side * PIXELS_PER_MM) for side in sheet.size)
    kinds = Image.new("L", (across, down))
    _draw_ink(ImageDraw.Draw(ink), scale * FINE, sheet, style, strokes)
    _draw_kinds(ImageDraw.Draw(kinds), sheet, style, strokes)
    image.paste(Image.new("RGB", image.size, style.ink), mask=ink.reduce(FINE))
    traces = np.stack([_by_column(points, sheet) for points in strokes])
    return DrawnSheet(np.array(image), np.array(kinds), traces.astype(np.float32), scale)


def _row_points(
    signal: np.ndarray, rate: float, sheet: Sheet, style: Style, row: int
) -> list[np.ndarray]:
    """The polyline of each of a row's leads, ``[points, 2]`` in mm: x, y."""
    leads, ends = sheet.rows[row], sheet.row_boundaries(sheet.rows[row])
    pieces = []
    for lead, left, right in zip(leads, ends, ends[1:], strict=False):
        end = right - GAP if style.separators == "gaps" and right < sheet.right else right
        first, last = (int(np.ceil((x - sheet.left) / sheet.speed * rate)) for x in (left, end))
        place = np.arange(first, min(last, len(signal)))
        millivolts = signal[place, TWELVE.index(lead)] * (-1 if lead in sheet.inverted else 1)
        x = sheet.left + place / rate * sheet.speed
        pieces.append(np.stack([x, sheet.baselines[row] - millivolts * sheet.gain], axis=1))
    if style.separators in ("none", "lines"):  # the pen is not lifted
        return [np.concatenate(pieces)]
    return pieces


def _by_column(pieces: list[np.ndarray], sheet: Sheet) -> np.ndarray:
    """The y of the traces in the middle of each column of a sheet, NaN where none is."""
    x = (np.arange(round(sheet.size[1] * COLUMNS_PER_MM)) + 0.5) / COLUMNS_PER_MM
    y = np.full(x.size, np.nan)
    for points in pieces:
        inside = (x >= points[0, 0]) & (x <= points[-1, 0])
        y[inside] = np.interp(x[inside], points[:, 0], points[:, 1])
    return y


def _draw_ink(
    pen: ImageDraw.ImageDraw, scale: float, sheet: Sheet, style: Style, strokes: list
) -> None:
    def line(points: Points, width: float) -> None:
        flat = (np.asarray(points) * scale).ravel().tolist()
        pen.line(flat, 255, max(round(width * scale), 1), "curve")

    for pieces in strokes:
        for points in pieces:
            line(points, style.pen)
    for points in _pulses(sheet, style, strokes):
        line(points, style.pen)
    for points in _separators(sheet, style):
        line(points, style.pen)
    for _, name in _names(sheet, style):
        _write(pen, scale, name, style.font)
    for note in style.notes:
        _write(pen, scale, note, style.notes_font)


def _write(pen: ImageDraw.ImageDraw, scale: float, note: Note, path: str | None) -> None:
    font, (x, y) = _font(path, note.height * scale), (side * scale for side in note.place)
    if note.upwards:
        turned = ImageFont.TransposedFont(font, Image.Transpose.ROTATE_90)
        pen.text((x, y - font.getlength(note.text)), note.text, 255, turned)
        return
    if note.boxed:
        left, top, right, bottom = pen.textbbox((x, y), note.text, font, "ls")
        edge = note.height * scale / 2
        pen.rectangle((left - edge, top - edge, right + edge, bottom + edge), 255)
    pen.text((x, y), note.text, 0 if note.boxed else 255, font, anchor="ls")


def _draw_kinds(pen: ImageDraw.ImageDraw, sheet: Sheet, style: Style, strokes: list) -> None:
    scale = PIXELS_PER_MM
    for lead, name in _names(sheet, style):
        place, font = [side * scale for side in name.place], _font(style.font, name.height * scale)
        box = pen.textbbox((place[0], place[1]), name.text, font, "ls")
        pen.rectangle(box, FIRST_NAME + TWELVE.index(lead))
    lines = [(points, PULSE) for points in _pulses(sheet, style, strokes)]
    lines += [(points, TRACE) for pieces in strokes for points in pieces]
    for points, kind in lines:
        flat = (np.asarray(points) * scale).ravel().tolist()
        pen.line(flat, kind, max(round(style.pen * scale), 2))


def _pulses(sheet: Sheet, style: Style, strokes: list) -> list[Points]:
    """The calibration pulses: 1 mV high and .2 s wide, before or after each row."""
    if style.pulses == "none":
        return []
    width, height = PULSE_TOP * sheet.speed / 25, sheet.gain
    drawn: list[Points] = []
    for pieces, y in zip(strokes, sheet.baselines, strict=True):
        gap = 0.0 if style.pulse_joined else 1.0
        left = sheet.left - width - 2 * PULSE_FOOT - gap
        if style.pulses == "right":
            left = sheet.right + gap
        rise, fall = left + PULSE_FOOT, left + PULSE_FOOT + width
        points = [(left, y), (rise, y), (rise, y - height), (fall, y - height), (fall, y)]
        points.append((fall + PULSE_FOOT, y))
        if style.pulse_joined:
            end = tuple(pieces[0][0]) if style.pulses == "left" else tuple(pieces[-1][-1])
            points = [*points, end] if style.pulses == "left" else [end, *points]
        drawn.append(points)
    return drawn


def _separators(sheet: Sheet, style: Style) -> list[Points]:
    marks: list[Points] = []
    for leads, y in zip(sheet.rows, sheet.baselines, strict=True):
        for x in sheet.row_boundaries(leads)[1:-1]:
            if style.separators == "ticks":
                marks += [[(x, y - 4), (x, y - 2)], [(x, y + 2), (x, y + 4)]]
            elif style.separators == "lines":
                marks.append([(x, y - 6), (x, y + 6)])
    return marks


def _names(sheet: Sheet, style: Style) -> list[tuple[str, Note]]:
    """Each lead and its name as it is printed."""
    (right, up), height = style.name_place, style.name_height
    columns = max(map(len, sheet.rows))
    names = []
    for leads, y in zip(sheet.rows, sheet.baselines, strict=True):
        places = [(x + right, y + up) for x in sheet.row_boundaries(leads)[:-1]]
        if style.strips_named_twice and len(leads) < columns:
            leads, places = leads * 2, [*places, (sheet.left - BEFORE, y + height / 2)]
        for lead, place in zip(leads, places, strict=True):
            names.append((lead, Note(_as_named(lead, sheet, style), place, height)))
    return names


def _as_named(lead: str, sheet: Sheet, style: Style) -> str:
    cases = {"upper": lead.upper(), "lower": lead.lower()}
    text = cases.get(style.name_case, lead)
    return f"-{text}" if lead in sheet.inverted else text


@lru_cache(maxsize=256)
def _font(path: str | None, height: float) -> ImageFont.FreeTypeFont:
    """A font whose capitals are about as high as asked, in pixels."""
    size = max(height / 0.72, 4.0)
    font = ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
    return font  # type: ignore[return-value]


def _paper(sheet: Sheet, style: Style, size: tuple[int, ...], scale: float) -> Image.Image:
    image = Image.new("RGB", (size[1], size[0]), style.paper)
    if style.grid == "none":
        return image
    fine = scale * FINE
    grid = Image.new("L", (size[1] * FINE, size[0] * FINE))
    left, top, right, bottom = 0.0, 0.0, sheet.size[1], sheet.size[0]
    if style.framed:
        left, right = sheet.left - 10, min(sheet.right + 10, right)
        top, bottom = sheet.baselines[0] - 20, min(sheet.baselines[-1] + 20, bottom)
    steps = (5,) if style.grid in ("squares", "dotted") else (1, 5)
    for step in steps:
        lines = Image.new("L", grid.size)
        pen, level = ImageDraw.Draw(lines), round(255 * (style.fine if step == 1 else 1))
        width = max(round(style.line * fine * (1.5 if step == 5 else 1)), 1)
        xs, ys = np.arange(left, right, step), np.arange(top, bottom, step)
        if style.grid == "dots" and step == 1:
            for x in xs * fine:
                for y in ys * fine:
                    pen.rectangle((x, y, x + width, y + width), level)
        else:
            for x in xs * fine:
                pen.line((x, top * fine, x, bottom * fine), level, width)
            for y in ys * fine:
                pen.line((left * fine, y, right * fine, y), level, width)
        if style.grid == "dotted" or (style.grid == "dots" and step == 5):
            lines = ImageChops.multiply(lines, _dots(grid.size, fine))
        grid = ImageChops.lighter(grid, lines)
    image.paste(Image.new("RGB", image.size, style.grid_colour), mask=grid.reduce(FINE))
    return image


def _dots(size: tuple[int, int], fine: float) -> Image.Image:
    """White where a dotted line shows: a third of each half millimetre."""
    across, down = ((np.arange(side) / fine % 0.5 < 0.17) for side in size)
    return Image.fromarray((255 * (across[None] | down[:, None])).astype(np.uint8))
