"""Examples to learn reading from: a sheet drawn by lot, pictured, laid flat a little askew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ecgzoo.pages.homography import applied, through, warped
from ecgzoo.pages.sheets.camera import STAGES, take_picture
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.plane import reading_plane
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM, Sheet
from ecgzoo.pages.sheets.variety import random_sheet, random_style

RESOLUTIONS = 100, 150, 200, 300  # dots per inch


@dataclass(frozen=True, eq=False)
class Example:
    """A reading plane and what is on it.

    Attributes:
        plane: uint8 ``[rows, columns, 2]``, as of :func:`reading_plane`.
        kinds: uint8 ``[rows, columns / 2]``, what is printed where.
        traces: float32 ``[leads' rows, columns]``, the row of the plane in which each trace runs;
            NaN where none is.
        baselines: float ``[leads' rows]``, the row of the plane of each row's 0 mV, in its middle.
        sheet: what was drawn.
    """

    plane: np.ndarray
    kinds: np.ndarray
    traces: np.ndarray
    baselines: np.ndarray
    sheet: Sheet


def make_example(signal: np.ndarray, rate: float, seed: int | Sequence[int]) -> Example:
    """Draws an example by lot.

    Args:
        signal: float ``[samples, 12]`` in mV, ten seconds.
        rate: in Hz.
        seed: of the lot.
    """
    rng = np.random.default_rng(seed)
    sheet = random_sheet(rng)
    signal = signal * rng.choice((1.0, rng.uniform(0.5, 1.8)))
    dpi = float(rng.choice(RESOLUTIONS, p=(0.2, 0.25, 0.35, 0.2)) * rng.uniform(0.95, 1.05))
    drawn = draw_sheet(signal, rate, sheet, random_style(rng, sheet), dpi)
    stage = STAGES[rng.choice(len(STAGES), p=(0.25, 0.2, 0.25, 0.3))]
    picture = take_picture(drawn.image, drawn.dots_per_mm, rng, stage)
    askew = _askew(sheet.size, rng)
    plane = reading_plane(picture.image, picture.from_mm @ np.linalg.inv(askew), sheet.size)
    traces = np.stack([_moved(trace, askew) for trace in drawn.traces])
    middles = np.array([[(sheet.left + sheet.right) / 2, y] for y in sheet.baselines])
    baselines = applied(askew, middles)[:, 1] * PIXELS_PER_MM
    kinds = _warped_kinds(drawn.kinds, askew)
    return Example(plane, kinds, traces.astype(np.float32), baselines, sheet)


def _askew(size: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """What an imperfect estimate of how a sheet lies leaves over: from mm to mm."""
    height, width = size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    scale = np.exp(rng.normal(0, 0.07 if rng.random() < 0.2 else 0.006, 2))
    return through(corners, corners * scale + rng.normal(0, 0.6, (4, 2)))


def _moved(trace: np.ndarray, askew: np.ndarray) -> np.ndarray:
    """A trace, y in mm by column, in rows of the plane by column."""
    x = (np.arange(trace.size) + 0.5) / COLUMNS_PER_MM
    moved = applied(askew, np.stack([x, trace], axis=1)[np.isfinite(trace)])
    place = moved[:, 0] * COLUMNS_PER_MM - 0.5
    inside = np.interp(np.arange(trace.size), place, moved[:, 1], left=np.nan, right=np.nan)
    gaps = np.flatnonzero(np.diff(place) > 1.5)
    for gap in gaps:
        inside[int(np.ceil(place[gap])) : int(place[gap + 1]) + 1] = np.nan
    return inside * PIXELS_PER_MM - 0.5


def _warped_kinds(kinds: np.ndarray, askew: np.ndarray) -> np.ndarray:
    scale = np.diag([PIXELS_PER_MM, PIXELS_PER_MM, 1.0])
    image, home = Image.fromarray(kinds), scale @ askew @ np.linalg.inv(scale)
    return np.asarray(warped(image, home, image.size, 0, Image.Resampling.NEAREST))
