"""The first guess of a page's pose: three upright lines of one length, at equal distances."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.registration.pose import Pose

LARGEST_TURN = 12.0  # degrees
COARSE, FINE = 0.25, 0.02
INK = 99.5  # percentile of an image that is ink, for less than a fiftieth of a page is
DARK = 0.5  # of that: lines that blur has made pale are still above it
PALE = 0.1  # of black: fainter ink is none
POINTS = 60_000
NEAR = 4  # pixels around a peak that are of its line
TRIED = 100  # distances of lines
BESIDE = 60  # pixels of the page before and after a line, where nothing of it is
BROKEN = 0.6  # of a line: one with less ink is none
RESOLUTIONS = 80.0, 340.0  # dpi

Points = tuple[np.ndarray, np.ndarray]


def guess_pose(darkness: np.ndarray, layout: PageLayout) -> Pose | None:
    """Finds the separators of the layout in an image, turned by up to 12 degrees.

    Seen along their direction, the lines are peaks in how much ink lies in line. Three peaks at the
    layout's distances give angle, scale and place across; where the lines begin and end, the place
    along them.

    Args:
        darkness: ``[height, width]``, 0 to 1.
        layout: of the page.

    Returns:
        Where it lies, to a pixel or two; None where no such lines are.

    Source: the projection is a Radon transform; for skew, Postl (1986), Detection of linear oblique
    structures and skew scan in digitized documents, ICPR.

    Example:
        >>> from ecgzoo.pages.fixed_print import separator_ink
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> lines = separator_ink(PAGE_LAYOUT).astype(float)
        >>> pose = guess_pose(np.pad(lines, ((30, 0), (50, 0))), PAGE_LAYOUT)
        >>> bool(np.abs(pose.apply(np.zeros(2)) - [50, 30]).max() < 2)
        True
        >>> guess_pose(np.zeros_like(lines), PAGE_LAYOUT) is None
        True
    """
    rows, columns = np.nonzero(darkness > max(DARK * np.percentile(darkness, INK), PALE))
    if rows.size < POINTS // 100:
        return None
    every = max(1, rows.size // POINTS)
    degrees = _angle((columns[::every], rows[::every]))
    found = _best_lines(_turned((columns, rows), degrees), layout)
    if found is None:
        return None
    first, start, scale = found
    turn = np.radians(degrees)
    x = first * np.cos(turn) - start * np.sin(turn)
    y = first * np.sin(turn) + start * np.cos(turn)
    middle = sum(layout.separators[0]) / 2 - 0.5
    return Pose.of(scale, degrees, (middle, layout.separator_rows[0]), (x, y))


def _best_lines(places: Points, layout: PageLayout) -> tuple[float, float, float] | None:
    """Place of the first line, its beginning, and the scale: those of the least broken lines."""
    ink = _histogram(places[0])
    middles = np.mean(layout.separators, axis=1)
    ratio = (middles[2] - middles[0]) / (middles[1] - middles[0])
    best, found = BROKEN, None
    order = np.argsort(places[0])
    places = places[0][order], places[1][order]
    for peaks in _combs(ink, layout, ratio):
        first, spacing = _exactly(ink, peaks, ratio)
        scale = spacing / (middles[1] - middles[0])
        start, whole = _start(places, first + scale * (middles - middles[0]), scale, layout)
        if whole > best:
            best, found = whole, (first, start, scale)
    return found


def _angle(points: Points) -> float:
    """By how many degrees the lines are turned."""
    coarse = np.arange(-LARGEST_TURN, LARGEST_TURN + COARSE, COARSE)
    best = _sharpest(points, coarse)
    return _sharpest(points, best + np.arange(-COARSE, COARSE + FINE, FINE))


def _sharpest(points: Points, angles: np.ndarray) -> float:
    return float(max(angles, key=lambda angle: _sharpness(points, float(angle))))


def _sharpness(points: Points, degrees: float) -> float:
    found = _histogram(_turned(points, degrees)[0]).astype(float)
    return float(np.sum((found - ndimage.uniform_filter1d(found, 31)) ** 2))


def _turned(points: Points, degrees: float) -> Points:
    """Places across and along lines that are turned so far."""
    x, y = points
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return x * cos + y * sin, y * cos - x * sin


def _histogram(across: np.ndarray) -> np.ndarray:
    """Ink at each place across; beyond the image's left edge it is dropped."""
    return np.bincount(np.rint(across[across > -0.5]).astype(int))


def _combs(ink: np.ndarray, layout: PageLayout, ratio: float) -> list[tuple[int, ...]]:
    """Three peaks at the layout's distances: the best of each distance, the best distances first.

    Steep beats one above another are peaks as well; so there are several to choose from.
    """
    sharp = ndimage.uniform_filter1d(ink.astype(float), 3) - ndimage.uniform_filter1d(1.0 * ink, 31)
    smooth = ndimage.maximum_filter1d(sharp, 3)
    inch = (layout.separators[1][0] - layout.separators[0][0]) / layout.dots_per_inch
    found = []
    for spacing in range(*(round(inch * dpi) for dpi in RESOLUTIONS)):
        last = round(spacing * ratio)
        if last >= smooth.size:
            break
        one, two, three = smooth[:-last], smooth[spacing : spacing - last], smooth[last:]
        weakest = np.minimum(np.minimum(one, two), three)
        place = int(weakest.argmax())
        if weakest[place] > 0:
            found.append((weakest[place] / spacing, (place, place + spacing, place + last)))
    return [peaks for _, peaks in sorted(found, reverse=True)[:TRIED]]


def _exactly(ink: np.ndarray, peaks: tuple[int, ...], ratio: float) -> tuple[float, float]:
    """Peaks to a part of a pixel, each the centre of its ink; the first and their distance."""
    places = []
    for peak in peaks:
        near = slice(max(peak - NEAR, 0), peak + NEAR + 1)
        weight = np.maximum(ink[near] - ink[near].max() / 4, 0)
        places.append(near.start + float(weight @ np.arange(weight.size) / weight.sum()))
    spacing, first = np.polyfit([0, 1, ratio], places, 1)
    return float(first), float(spacing)


def _start(
    places: Points, lines: np.ndarray, scale: float, layout: PageLayout
) -> tuple[float, float]:
    """Where three lines begin, and the share of their length that is ink less the ink beyond it.

    The places are in order across.
    """
    across, along = places
    lowest = int(np.floor(along.min()))
    size = int(np.ceil(along.max())) - lowest + 1
    inked = np.ones(size, bool)
    for line in lines:
        there = slice(*np.searchsorted(across, (line - 1 - scale, line + 1 + scale)))
        inked &= np.bincount(np.rint(along[there] - lowest).astype(int), minlength=size)[:size] > 0
    top, bottom = layout.separator_rows
    length, beside = round(scale * (bottom - top)), round(scale * BESIDE)
    total = np.concatenate([[0], np.cumsum(np.pad(inked, length + beside))])
    inside = total[length + beside : -beside] - total[beside : -length - beside]
    before = total[beside : -length - beside] - total[: -length - 2 * beside]
    behind = total[length + 2 * beside :] - total[length + beside : -beside]
    whole = inside / length - (before + behind) / (2 * beside)
    best = int(whole.argmax())
    return float(best + lowest - length), float(whole[best])
