"""The exact pose of a page: what it prints at fixed places is laid over what the image shows."""

from __future__ import annotations

import functools

import numpy as np
from scipy import ndimage

from ecgzoo.pages.fixed_print import name_ink, pulse_ink, separator_ink
from ecgzoo.pages.layout import PageLayout
from ecgzoo.pages.registration.pose import Pose

BLURS = 4.0, 2.0, 1.0  # pixels of the page: from far off to exact
STEPS = 6  # at each blur
REACH = 8  # pixels around the print that are compared
OUTLIER = 0.25  # of darkness: what differs more is other ink, such as a trace
FAR = 0.5  # correlation at the first blur below which no step helps; guesses that are right: 0.74
STILL = 0.01  # pixels that a step moves the page's corners


def align(darkness: np.ndarray, pose: Pose, layout: PageLayout) -> tuple[Pose, float]:
    """Improves a pose that is right to some pixels.

    Steps of Gauss and Newton over turn, place, height and width of the page and the darkness of its
    ink, the image blurred less and less. Pixels that differ by much weigh little. There is no
    shear, for a scanner makes none: the turn is told by the long separators.

    Args:
        darkness: ``[height, width]``, 0 to 1.
        pose: the guess.
        layout: of the page.

    Returns:
        The pose, and how well the print is found there: the correlation of image and print, 1 if
        they are alike.

    Source: Lucas and Kanade (1981), An iterative image registration technique with an application
    to stereo vision, IJCAI.

    Example:
        >>> from ecgzoo.pages.fixed_print import separator_ink
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> lines = separator_ink(PAGE_LAYOUT).astype(np.float32)
        >>> guess = Pose.of(scale=1, degrees=0.1, page=(0, 0), image=(1, 0))
        >>> pose, _ = align(lines, guess, PAGE_LAYOUT)
        >>> bool(np.abs(pose.apply(np.array([1136.0, 700.0])) - [1136, 700]).max() < 0.1)
        True
    """
    likeness = _likeness(darkness, pose, BLURS[0], layout)
    if likeness < FAR:
        return pose, likeness
    for blur in BLURS:
        pose = _at_blur(darkness, pose, blur, layout)
    return pose, _likeness(darkness, pose, BLURS[-1], layout)


def _likeness(darkness: np.ndarray, pose: Pose, blur: float, layout: PageLayout) -> float:
    """The correlation of image and print at a blur."""
    template, near = _print(blur, layout)
    shown = ndimage.gaussian_filter(warp(darkness, pose, layout, order=1), blur)
    if np.ptp(shown[near]) == 0:  # all of it lies beside the image
        return 0.0
    return float(np.corrcoef(shown[near], template[near])[0, 1])


def warp(darkness: np.ndarray, pose: Pose, layout: PageLayout, order: int = 3) -> np.ndarray:
    """The page as it was printed, float32 ``[layout.height, layout.width]``.

    Args:
        darkness: of the image.
        pose: where the page lies in it.
        layout: of the page.
        order: of the spline between pixels.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> half = Pose.of(scale=0.5, degrees=0, page=(0, 0), image=(0, 0))
        >>> shown = warp(np.eye(1200, dtype=np.float32), half, PAGE_LAYOUT, order=1)
        >>> shown.shape, shown[100, 99:103].tolist()
        ((1572, 2213), [0.5, 1.0, 0.5, 0.0])
    """
    linear, moved = pose.matrix[:, :2], pose.matrix[:, 2]
    return ndimage.affine_transform(
        darkness,
        linear[::-1, ::-1],  # rows first
        moved[::-1],
        (layout.height, layout.width),
        np.float32,
        order,
        mode="constant",
        prefilter=order > 1,
    )


def _at_blur(darkness: np.ndarray, pose: Pose, blur: float, layout: PageLayout) -> Pose:
    """The page is warped once; the steps are taken within what that shows."""
    shown = ndimage.gaussian_filter(warp(darkness, pose, layout, order=1), blur)
    slopes = np.gradient(shown)
    template, near = _print(blur, layout)
    y, x = np.nonzero(near)
    wanted, points = template[near], np.column_stack([x, y]).astype(float)
    change = np.eye(2, 3)
    for _ in range(STEPS):
        there = points @ change[:, :2].T + change[:, 2]
        places = there.T[::-1]
        found, down, right = (
            ndimage.map_coordinates(one, places, order=1) for one in (shown, *slopes)
        )
        step = _step(points / layout.width, found, (right, down), wanted)
        step[:, :2] /= layout.width
        change += step
        if np.abs(_moved(step, layout)).max() < STILL:
            break
    return pose.after(change)


def _moved(step: np.ndarray, layout: PageLayout) -> np.ndarray:
    corners = np.array([[0, 0], [layout.width, 0], [0, layout.height]])
    return corners @ step[:, :2].T + step[:, 2]


def _step(
    points: np.ndarray,
    found: np.ndarray,
    slopes: tuple[np.ndarray, np.ndarray],
    wanted: np.ndarray,
) -> np.ndarray:
    """The change of the map ``[2, 3]`` that brings what is found closer to what is wanted."""
    ink = float(found @ wanted / (wanted @ wanted))
    missing = ink * wanted - found
    weight = 1 / (1 + (missing / (OUTLIER * max(ink, 0.05))) ** 2)
    x, y = points.T
    along, down = slopes
    terms = np.column_stack([along * x, down * y, down * x - along * y, along, down, wanted])
    weighted = terms * weight[:, None]
    solved = np.linalg.lstsq(terms.T @ weighted, weighted.T @ missing, rcond=1e-9)[0]
    wider, higher, turn, right, lower, _ = solved
    return np.array([[wider, -turn, right], [turn, higher, lower]])


@functools.cache
def _print(blur: float, layout: PageLayout) -> tuple[np.ndarray, np.ndarray]:
    """The fixed print as its darkness at a blur, and where it is compared."""
    ink = separator_ink(layout) | name_ink(layout, layout.strip_leads[0])
    for baseline in layout.pulse_baselines:
        ink |= pulse_ink(baseline, layout)
    template = ndimage.gaussian_filter(ink.astype(np.float32), blur)
    return template, ndimage.binary_dilation(ink, iterations=REACH)
