"""What a photograph shows beside the sheet: a table, and the hand that holds it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ecgzoo.pages.homography import warped

SKINS = (235, 195, 170), (205, 155, 120), (150, 105, 75), (95, 65, 50)
FINGER = 8.0  # mm: half of its width
REACH = 4.0, 18.0  # mm that it covers of the sheet
SHADE = 0.55  # of the light that is left beside the sheet's edge


def on_a_table(
    image: Image.Image, home: np.ndarray, scale: float, rng: np.random.Generator
) -> Image.Image:
    """A sheet as it lies on a table, perhaps held down by fingers.

    Args:
        image: of the sheet.
        home: the homography from its pixels to those of what is returned.
        scale: pixels per mm of the sheet.
        rng: the lot.
    """
    sheet = image.copy()
    held = Image.new("L", image.size, 255)
    if rng.random() < 0.4:
        _hold(sheet, scale, rng)
    there = warped(held, home, image.size, 0)
    shade = ImageChops.offset(there, *(int(x) for x in rng.uniform(-2, 2, 2) * scale))
    shade = shade.filter(ImageFilter.GaussianBlur(scale))
    table = _table(image.size, rng)
    dark = Image.eval(table, lambda level: int(level * SHADE))
    table = Image.composite(dark, table, shade)
    return Image.composite(warped(sheet, home, image.size), table, there)


def _table(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Wood, cloth or a plate: one colour, with noise that is stretched along one side."""
    width, height = size
    grain = (rng.integers(2, 9), rng.integers(20, 300))
    waves = rng.normal(0, 1, grain if rng.random() < 0.5 else grain[::-1])
    waves = np.asarray(
        Image.fromarray(waves.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    )
    colour = rng.uniform(20, 235, 3) * rng.uniform(0.7, 1.0)
    fine = rng.normal(0, rng.uniform(0, 12), (height, width))
    levels = colour + (rng.uniform(0, 25) * waves + fine)[..., None]
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def _hold(sheet: Image.Image, scale: float, rng: np.random.Generator) -> None:
    """Fingers over the sheet's edges."""
    pen = ImageDraw.Draw(sheet)
    colour = SKINS[rng.integers(len(SKINS))]
    for _ in range(rng.integers(1, 4)):
        side, along = rng.integers(4), rng.uniform(0.05, 0.95)
        width, height = sheet.size
        edge, inward = [
            ((along * width, 0), (0, 1)),
            ((along * width, height), (0, -1)),
            ((0, along * height), (1, 0)),
            ((width, along * height), (-1, 0)),
        ][side]
        tip = np.array(edge) + np.array(inward) * rng.uniform(*REACH) * scale
        root = np.array(edge) - np.array(inward) * FINGER * scale
        pen.line([*root, *tip], colour, round(2 * FINGER * scale))
        pen.circle(tuple(tip), FINGER * scale, colour)
