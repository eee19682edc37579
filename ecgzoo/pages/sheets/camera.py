"""What becomes of a sheet on the way into a file: pens, folds, light, lens and compression."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from ecgzoo.pages.homography import through, warped

STAGES = "clean", "scanned", "photographed"


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
        stage: ``"clean"`` (compressed at most), ``"scanned"`` (turned, notes, folds, noise) or
            ``"photographed"`` (perspective, shadow, blur, colour as well).

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
            _write_on(shown, dots_per_mm, rng)
        if rng.random() < 0.3:
            shown = _folded(shown, rng)
        home = _homography(shown.size, rng, stage)
        shown, from_mm = _moved(shown, home, rng), home @ from_mm
        shown = _lit(shown, rng, stage)
    shown = _stored(shown, rng)
    return Picture(np.array(shown), from_mm)


def _write_on(image: Image.Image, scale: float, rng: np.random.Generator) -> None:
    """Strokes of a pen, as of handwriting."""
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 6)):
        colour = tuple(
            int(level) for level in rng.choice(((20, 30, 120), (10, 10, 10), (150, 20, 30)))
        )
        place = rng.uniform((0, 0), image.size)
        for _ in range(rng.integers(2, 9)):  # letters
            turns = np.cumsum(rng.normal(0, 1.0, 24)) * 0.6
            steps = np.stack([np.cos(turns), np.sin(turns)], axis=1) * rng.uniform(0.3, 0.8) * scale
            path = place + np.cumsum(steps, axis=0)
            width = max(round(rng.uniform(0.25, 0.6) * scale), 1)
            pen.line(path.ravel().tolist(), colour, width, "curve")
            place = place + (rng.uniform(2, 5) * scale, rng.normal(0, 1) * scale)


def _folded(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Creases: one side of a fold is darker, and the fold itself a line."""
    width, height = image.size
    y, x = np.mgrid[0:height:4, 0:width:4].astype(np.float32)
    light = np.ones_like(x)
    for _ in range(rng.integers(1, 5)):
        angle = rng.choice((0, np.pi / 2)) + rng.normal(0, 0.15)
        away = np.cos(angle) * (x - rng.uniform(0, width)) + np.sin(angle) * (
            y - rng.uniform(0, height)
        )
        reach = rng.uniform(0.01, 0.08) * width
        light *= 1 - rng.uniform(0, 0.25) * np.exp(-np.abs(away) / reach) * (away > 0)
        light *= 1 + rng.uniform(-0.3, 0.15) * np.exp(-((away / rng.uniform(2, 8)) ** 2))
    return _dimmed(image, light)


def _dimmed(image: Image.Image, light: np.ndarray) -> Image.Image:
    """The image under light, which may be given more coarsely than it."""
    full = Image.fromarray(light.astype(np.float32)).resize(image.size, Image.Resampling.BILINEAR)
    levels = np.asarray(image, np.float32) * np.asarray(full)[..., None]
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def _homography(size: tuple[int, int], rng: np.random.Generator, stage: str) -> np.ndarray:
    """From the sheet's pixels to the picture's: turned, in perspective, with a margin or cut."""
    width, height = size
    angle = np.radians(rng.normal(0, 3) if rng.random() < 0.7 else 0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    middle = np.array([width, height]) / 2
    moved = (corners - middle) @ turn.T * rng.uniform(0.9, 1.02) + middle
    if stage == "photographed":
        moved += rng.uniform(-0.05, 0.05, (4, 2)) * width
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
        image = _dimmed(image, coarse if rng.random() < 0.8 else np.ones((2, 2)))
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
