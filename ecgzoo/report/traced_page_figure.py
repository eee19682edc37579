"""A page with its trace drawn over it, so that one sees at a glance what was read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.pages.decode import TracedPage
from ecgzoo.pages.digitised_page import DigitisedPage
from ecgzoo.pages.homography import applied
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.pages.registration import Pose
from ecgzoo.pages.registration.page_image import read_colours
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, PIXELS_PER_MM
from ecgzoo.report.saved_figure import BLUE, check_ending, save_figure

WIDTH = 14.0  # inches


def draw_traced_page(image: Path, found: DigitisedPage, path: Path) -> None:
    """Draws the traces over the image that they were read from; bent paper is shown laid flat.

    Args:
        image: the file.
        found: what was read.
        path: file to write, ``.png`` or ``.svg``.

    Raises:
        ValueError: if the path ends otherwise.
    """
    check_ending(path)
    unbent = None if found.sheet is None else found.sheet.flat
    shown = read_colours(image) if unbent is None else unbent
    lines = sheet_lines(found.sheet, found.traced.spec.leads) if found.sheet else []
    if found.sheet is None:
        pose = Pose(np.eye(2, 3))
        if found.rectified is not None:
            shown, pose = np.rot90(shown, found.rectified.quarter_turns), found.rectified.pose
        lines = [pose.apply(line) for line in traced_lines(found.traced)]
    height, width = shown.shape[:2]
    figure = Figure((WIDTH, WIDTH * height / width))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(shown)
    for line in lines:
        axes.plot(*line.T, color=BLUE, linewidth=1.2, alpha=0.8)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    save_figure(figure, path)


def traced_lines(page: TracedPage) -> list[np.ndarray]:
    """Each lead, and the rhythm strip last, as points ``[samples, 2]`` of the page as printed.

    Example:
        >>> flat, strip = np.zeros((488, 12), "float32"), np.zeros(1966, "float32")
        >>> lines = traced_lines(TracedPage(flat, strip, "II", np.zeros(12, "int32")))
        >>> len(lines), lines[0][0].tolist(), lines[-1][-1].tolist()
        (13, [154.0, 463.0], [2119.0, 1366.0])
    """
    boxes = [
        (*PAGE_LAYOUT.box(lead), page.signal[:, at]) for at, lead in enumerate(page.spec.leads)
    ]
    boxes.append((PAGE_LAYOUT.baselines[-1], PAGE_LAYOUT.strip_left, page.rhythm))
    return [
        np.column_stack(
            [left + np.arange(len(trace)), baseline - trace * PAGE_LAYOUT.pixels_per_millivolt]
        )
        for baseline, left, trace in boxes
    ]


def sheet_lines(read: SheetRead, leads: Collection[str]) -> list[np.ndarray]:
    """The trace of each row as points ``[samples, 2]`` of the image.

    NaN where none was seen, and where the row shows a lead that is not among those answered.
    """
    sheet, back, lines = read.arrangement.sheet, np.linalg.inv(read.home), []
    for names, row in zip(sheet.rows, read.rows, strict=True):
        ends = [round(x * COLUMNS_PER_MM) for x in sheet.row_boundaries(names)]
        x = (np.arange(ends[0], ends[-1]) + 0.5) / COLUMNS_PER_MM
        y = (row.y[ends[0] : ends[-1]] + 0.5) / PIXELS_PER_MM
        answered = np.repeat([lead in leads for lead in names], np.diff(ends))
        lines.append(applied(back, np.stack([x, np.where(answered, y, np.nan)], axis=1)))
    return lines
