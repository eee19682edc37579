"""What becomes of a sheet on the way into a file: wear, light, lens and compression."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from ecgzoo.pages.homography import through, warped
from ecgzoo.pages.sheets.light import (
    dimmed,
    noisy,
    off_a_screen,
    shadowed,
    shaken,
    tinted,
    unevenly_lit,
)
from ecgzoo.pages.sheets.surroundings import on_a_table
from ecgzoo.pages.sheets.wear import creased, crumpled, folded, marked, stained, write_on

STAGES = "clean", "scanned", "photographed", "phone"
PERSPECTIVE = {"scanned": 0.0, "photographed": 0.05, "phone": 0.08}  # of the width, by corner


@dataclass(frozen=True, eq=False)
class Picture:
    """An image of a sheet, and how it lies there.

    Attributes:
        image: uint8 ``[height, width, 3]``.
        from_mm: float ``[3, 3]``, the homography from mm on the sheet to pixels.
    """

    image: np.ndarray
    from_mm: np.ndarray


def take_picture(
    image: np.ndarray, dots_per_mm: float, rng: np.random.Generator, stage: str = "photographed"
) -> Picture:
    """Degrades a drawn sheet by lot.

    Args:
        image: uint8 ``[height, width, 3]``.
        dots_per_mm: of it.
        rng: the lot.
        stage: ``"clean"`` (compressed at most), ``"scanned"`` (turned, notes, folds, noise),
            ``"photographed"`` (perspective, shadow, blur, colour as well) or ``"phone"`` (a worn
            sheet on a table, lit badly, or a screen).

    Example:
        >>> sheet = np.full((300, 400, 3), 255, "uint8")
        >>> picture = take_picture(sheet, 2.0, np.random.default_rng(0), "clean")
        >>> picture.from_mm.tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]
    """
    from_mm = np.diag([dots_per_mm, dots_per_mm, 1.0])
    shown = Image.fromarray(image)
    if stage != "clean":
        if rng.random() < 0.3:
            write_on(shown, dots_per_mm, rng)
        if rng.random() < 0.3:
            shown = folded(shown, rng)
        home = _homography(shown.size, rng, stage)
        if stage == "phone":
            shown = _by_phone(shown, home, dots_per_mm, rng)
        else:
            shown = _lit(_moved(shown, home, rng), rng, stage)
        from_mm = home @ from_mm
    return Picture(np.array(_stored(shown, rng)), from_mm)


def _by_phone(
    image: Image.Image, home: np.ndarray, scale: float, rng: np.random.Generator
) -> Image.Image:
    """A worn sheet on a table, by a phone's camera."""
    for share, worn in (
        (0.15, lambda sheet: marked(sheet, scale, rng)),
        (0.3, lambda sheet: creased(sheet, scale, rng)),
        (0.3, lambda sheet: crumpled(sheet, rng)),
        (0.15, lambda sheet: stained(sheet, rng)),
    ):
        image = worn(image) if rng.random() < share else image
    image = on_a_table(image, home, scale, rng)
    for share, taken in (
        (0.5, shadowed),
        (0.6, unevenly_lit),
        (0.1, off_a_screen),
        (0.5, tinted),
        (0.4, shaken),
        (0.5, noisy),
    ):
        image = taken(image, rng) if rng.random() < share else image
    return image


def _homography(size: tuple[int, int], rng: np.random.Generator, stage: str) -> np.ndarray:
    """From the sheet's pixels to the picture's: turned, in perspective, with a margin or cut."""
    width, height = size
    angle = np.radians(rng.normal(0, 3) if rng.random() < 0.7 else 0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    middle = np.array([width, height]) / 2
    moved = (corners - middle) @ turn.T * rng.uniform(0.9, 1.02) + middle
    if reach := PERSPECTIVE[stage]:
        moved += rng.uniform(-reach, reach, (4, 2)) * width
    moved += rng.uniform(-0.02, 0.02, 2) * width
    return through(corners, moved)


def _moved(image: Image.Image, home: np.ndarray, rng: np.random.Generator) -> Image.Image:
    table = (
        tuple(int(level) for level in rng.integers(0, 256, 3)) if rng.random() < 0.5 else (250,) * 3
    )
    return warped(image, home, image.size, table)


def _lit(image: Image.Image, rng: np.random.Generator, stage: str) -> Image.Image:
    """Light and colour of a scanner or a room, blur and noise."""
    if stage == "photographed":
        coarse = ndimage.zoom(
            rng.uniform(0.45, 1.0, (rng.integers(2, 5), rng.integers(2, 5))), 32, order=1
        )
        image = dimmed(image, coarse if rng.random() < 0.8 else np.ones((2, 2)))
        if rng.random() < 0.3:
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    levels: np.ndarray = np.asarray(image, np.float32)
    cast = rng.uniform(0.85, 1.0, 3) if rng.random() < 0.5 else 1.0
    levels = 255 * (levels / 255) ** rng.uniform(0.7, 1.3) * cast * rng.uniform(0.75, 1.0)
    levels += rng.normal(0, rng.uniform(0, 9), levels.shape[:2] + (1,))
    gray = levels.mean(axis=2, keepdims=True)
    levels = gray if rng.random() < 0.15 else levels
    return Image.fromarray(
        np.clip(np.broadcast_to(levels, image.size[::-1] + (3,)), 0, 255).astype(np.uint8)
    )


def _stored(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    if rng.random() < 0.25:
        return image
    buffer = io.BytesIO()
    image.save(buffer, "jpeg", quality=int(rng.integers(40, 96)))
    return Image.open(buffer).convert("RGB")
