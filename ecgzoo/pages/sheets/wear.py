"""What use does to a sheet: pens, folds, crumples and stains."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.spatial import cKDTree

from ecgzoo.pages.homography import looked_up
from ecgzoo.pages.sheets.light import dimmed, places_of

PENS = (20, 30, 120), (10, 10, 10), (150, 20, 30)
MARKERS = (255, 240, 60), (120, 240, 120), (255, 150, 190)
BAND = 2.5  # mm that a crease's worn edges are wide, at most
BENDS = 1.0  # mm by which one way of bending moves the edges of a sheet


def write_on(image: Image.Image, scale: float, rng: np.random.Generator) -> None:
    """Writes on a sheet by hand, a few words of a few letters.

    Args:
        image: of a sheet; it is changed.
        scale: its pixels per mm.
        rng: the lot.
    """
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 6)):
        colour = tuple(int(level) for level in rng.choice(PENS))
        place = rng.uniform((0, 0), image.size)
        for _ in range(rng.integers(2, 9)):  # letters
            turns = np.cumsum(rng.normal(0, 1.0, 24)) * 0.6
            steps = np.stack([np.cos(turns), np.sin(turns)], axis=1) * rng.uniform(0.3, 0.8) * scale
            path = place + np.cumsum(steps, axis=0)
            width = max(round(rng.uniform(0.25, 0.6) * scale), 1)
            pen.line(path.ravel().tolist(), colour, width, "curve")
            place = place + (rng.uniform(2, 5) * scale, rng.normal(0, 1) * scale)


def marked(image: Image.Image, scale: float, rng: np.random.Generator) -> Image.Image:
    """A sheet with strokes of a marker, which ink and grid show through."""
    ink = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(ink)
    for _ in range(rng.integers(1, 4)):
        start = rng.uniform((0, 0), image.size)
        end = start + rng.uniform((10, -3), (50, 3)) * scale
        colour = tuple(int(level) for level in rng.choice(MARKERS))
        pen.line([*start, *end], colour, round(rng.uniform(3, 6) * scale))
    levels = np.asarray(image, np.float32) * (np.asarray(ink, np.float32) / 255)
    return Image.fromarray(levels.astype(np.uint8))


def folded(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Creases: one side of a fold is darker, and the fold itself a line."""
    width, height = image.size
    x, y = places_of(image)
    light = np.ones_like(x)
    for _ in range(rng.integers(1, 5)):
        angle = rng.choice((0, np.pi / 2)) + rng.normal(0, 0.15)
        away = np.cos(angle) * (x - rng.uniform(0, width)) + np.sin(angle) * (
            y - rng.uniform(0, height)
        )
        reach = rng.uniform(0.01, 0.08) * width
        light *= 1 - rng.uniform(0, 0.25) * np.exp(-np.abs(away) / reach) * (away > 0)
        light *= 1 + rng.uniform(-0.3, 0.15) * np.exp(-((away / rng.uniform(2, 8)) ** 2))
    return dimmed(image, light)


def creased(image: Image.Image, scale: float, rng: np.random.Generator) -> Image.Image:
    """Folds in both directions, evenly apart, along which the print is worn off or dirty."""
    x, y = places_of(image)
    light = np.ones_like(x)
    turn = rng.uniform(0, np.pi) if rng.random() < 0.5 else rng.normal(0, 0.03)
    for angle in (turn, turn + np.pi / 2):
        along = np.cos(angle) * x + np.sin(angle) * y
        for part in np.linspace(0, 1, rng.integers(3, 8))[1:-1]:
            away = along - (along.min() + part * np.ptp(along))
            band = np.exp(-((away / (rng.uniform(0.4, 1) * BAND * scale)) ** 2))
            light *= 1 + rng.uniform(-0.25, 0.35) * band
    return dimmed(image, light)


def crumpled(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Paper that was crumpled and smoothed: facets that face the light or not, ridges between.

    What faces the light is bright and its print pale, as under a blend by hard light.
    """
    x, y = places_of(image)
    count = int(rng.integers(25, 200))
    sites = rng.uniform((0, 0), image.size, (count, 2))
    away, nearest = cKDTree(sites).query(np.stack([x, y], axis=-1), 2)
    facet, slope = nearest[..., 0], rng.normal(0, 1, (count, 2))
    size = np.sqrt(image.width * image.height / count)
    bent = sum(slope[facet, axis] * (at - sites[facet, axis]) for axis, at in enumerate((x, y)))
    ridge = np.exp(-(away[..., 1] - away[..., 0]) / (0.05 * size)) * rng.normal(0, 1, count)[facet]
    shade = rng.normal(0, 1, count)[facet] + bent / size + ridge
    shade = ndimage.gaussian_filter(shade, rng.uniform(0.5, 3))
    faces = np.clip(rng.uniform(0.38, 0.5) + rng.uniform(0.03, 0.1) * shade, 0.15, 0.8)
    return _hard_lit(image, faces)


def _hard_lit(image: Image.Image, faces: np.ndarray) -> Image.Image:
    """An image whose paper faces the light by so much, 0 to 1; a half leaves it as it is."""
    coarse = Image.fromarray(faces.astype(np.float32))
    light = np.asarray(coarse.resize(image.size, Image.Resampling.BILINEAR))[..., None]
    levels = np.asarray(image, np.float32) / 255
    levels = np.where(light < 0.5, 2 * levels * light, 1 - 2 * (1 - levels) * (1 - light))
    return Image.fromarray((255 * np.clip(levels, 0, 1)).astype(np.uint8))


def stained(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Rings and patches as of coffee or water."""
    x, y = places_of(image)
    light = np.ones((*x.shape, 3), np.float32)
    for _ in range(rng.integers(1, 4)):
        middle, radius = rng.uniform((0, 0), image.size), rng.uniform(0.03, 0.12) * image.width
        away = np.hypot(x - middle[0], (y - middle[1]) * rng.uniform(0.8, 1.3)) / radius
        patch = 0.5 * (away < 1) + np.exp(-(((away - 1) / 0.05) ** 2))
        tint = rng.uniform(0.05, 0.3) * np.array([0.5, 0.75, 1.0])
        light *= 1 - np.clip(ndimage.gaussian_filter(patch, 2), 0, 1)[..., None] * tint
    return dimmed(image, light)


def bent(image: Image.Image, scale: float, rng: np.random.Generator) -> Image.Image:
    """A sheet that curls and waves: seen from above its places lie some millimetres off.

    Args:
        image: of a sheet that lies straight.
        scale: its pixels per mm.
        rng: the lot.
    """
    y, x = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    across, down = 2 * x / image.width - 1, 2 * y / image.height - 1
    terms = [
        across**i * down**j for i, j in ((2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
    ]
    off = np.tensordot(rng.normal(0, BENDS * scale, (2, len(terms))), np.stack(terms), axes=1)
    levels = looked_up(np.asarray(image), np.stack([y + off[1], x + off[0]]))
    return Image.fromarray(levels.astype(np.uint8))
