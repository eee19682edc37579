"""A rectified page: an image of a page as the printer would have drawn it, in ink and paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ecgzoo.pages.layout import PAGE_LAYOUT, PageLayout
from ecgzoo.pages.registration.alignment import align, warp
from ecgzoo.pages.registration.pose import Pose
from ecgzoo.pages.registration.separators import PALE, guess_pose

QUARTERS = 0, 2, 1, 3  # quarter turns, in the order in which they are tried
FOUND = 0.6  # correlation with the print from which a page is looked at; real ones: 0.76 and more
SURE = 0.75  # from which no other quarter turn is tried: upside down, a page has up to 0.62
FAINT = 0.8  # of the darkness of edges: of ink where a stroke is steep
STEEP = 8  # pixels of ink in a column: more than the pen draws of a level stroke
UPRIGHT = np.array([[0, 1, 0]] * 3)  # neighbours above and below


@dataclass(frozen=True, eq=False)
class RectifiedPage:
    """A page in its layout.

    Attributes:
        page: uint8 ``[1572, 2213]``: 0 where ink is, 255 elsewhere.
        pose: where it lay in the image, after the quarter turns.
        quarter_turns: by which the image was turned counterclockwise to stand upright.
        likeness: correlation of what is printed at fixed places with what is there.
    """

    page: np.ndarray
    pose: Pose
    quarter_turns: int
    likeness: float


def rectify(darkness: np.ndarray, layout: PageLayout = PAGE_LAYOUT) -> RectifiedPage | None:
    """Finds a page of the layout in an image, and draws it as it was printed.

    Args:
        darkness: of the image, ``[height, width]``, 0 to 1.
        layout: of the page.

    Returns:
        The page; None where there is none.

    Example:
        >>> rectify(np.zeros((900, 1200))) is None
        True
    """
    best: tuple[Pose, float, int] | None = None
    for turns in QUARTERS:
        turned = np.rot90(darkness, turns)
        guess = guess_pose(turned, layout)
        if guess is None:
            continue
        pose, likeness = align(turned, guess, layout)
        if best is None or likeness > best[1]:
            best = pose, likeness, turns
        if likeness > SURE:
            break
    if best is None or best[1] < FOUND:
        return None
    pose, likeness, turns = best
    page = _inked(np.rot90(darkness, turns), pose, layout)
    return RectifiedPage(page, pose, turns, likeness)


def _inked(darkness: np.ndarray, pose: Pose, layout: PageLayout) -> np.ndarray:
    """Ink and paper, told apart by how dark the edges of separators and pulses are: one pen's.

    So a stroke is as thick here as the printer draws it, however blurred or pale the image is.
    Where it is steep, blur makes its ends in each column faint, and they are taken as well.
    """
    if pose.scale > 1:  # else what is finer than the page's pixels would show as noise
        darkness = ndimage.gaussian_filter(darkness, 0.4 * np.sqrt(pose.scale**2 - 1))
    shown = warp(darkness, pose, layout)
    least = max(_edge(shown, layout), PALE)
    ink = shown > least
    faint = shown > FAINT * least
    return np.where(ink | _steep(ink, faint), 0, 255).astype(np.uint8)


def _edge(shown: np.ndarray, layout: PageLayout) -> float:
    """The darkness half a pixel inside and outside of strokes, upright or level: the fainter."""
    lines = shown[slice(*layout.separator_rows)].T
    upright = [lines[edge - 1 : edge + 1] for pair in layout.separators for edge in pair]
    level = []
    bar = slice(layout.pulse_columns[1] + layout.pen, layout.pulse_columns[2] - layout.pen)
    for baseline in layout.pulse_baselines:
        top = baseline - round(layout.pixels_per_millivolt) - layout.pen // 2
        level += [shown[edge - 1 : edge + 1, bar] for edge in (top, top + layout.pen)]
    return min(float(np.median(np.mean(found, axis=1))) for found in (upright, level))


def _steep(ink: np.ndarray, faint: np.ndarray) -> np.ndarray:
    """Faint ink above and below ink in the same column, where a stroke is steep."""
    runs, count = ndimage.label(faint, UPRIGHT)
    inked = np.bincount(runs.ravel(), ink.ravel(), count + 1)
    inked[0] = 0
    return (inked >= STEEP)[runs]
