"""What light, lens and sensor do to the picture of a sheet."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

COARSE = 4  # pixels of an image for each of its light


def places_of(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """The x and the y of every fourth pixel either way: where light is told."""
    y, x = np.mgrid[0 : image.height : COARSE, 0 : image.width : COARSE].astype(np.float32)
    return x, y


def dimmed(image: Image.Image, light: np.ndarray) -> Image.Image:
    """An image under light, which may be given more coarsely than it.

    Args:
        image: in colour.
        light: float ``[rows, columns]``, or of each channel ``[rows, columns, 3]``; 1 leaves all
            as it is.
    """
    channels = light[..., None] if light.ndim == 2 else light
    full = [
        np.asarray(
            Image.fromarray(channel.astype(np.float32)).resize(
                image.size, Image.Resampling.BILINEAR
            )
        )
        for channel in np.moveaxis(channels, -1, 0)
    ]
    levels = np.asarray(image, np.float32) * np.stack(full, axis=-1)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def shadowed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Shadows of what stands between the sheet and the light: a half of the picture, or a disc.

    Their edge is as soft as the light is wide.
    """
    x, y = places_of(image)
    light = np.ones_like(x)
    for _ in range(rng.integers(1, 4)):
        middle, angle = rng.uniform((0, 0), image.size), rng.uniform(0, 2 * np.pi)
        away = np.cos(angle) * (x - middle[0]) + np.sin(angle) * (y - middle[1])
        if rng.random() < 0.4:
            away = np.hypot(x - middle[0], y - middle[1]) - rng.uniform(0.1, 0.35) * image.width
        soft = rng.uniform(0.002, 0.12) * image.width
        light *= 1 - rng.uniform(0.2, 0.65) / (1 + np.exp(np.clip(away / soft, -40, 40)))
    return dimmed(image, light)


def unevenly_lit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A lamp at one side, the glare of a flash, and the dark corners of a lens."""
    x, y = places_of(image)
    size = max(image.size)
    angle, middle = rng.uniform(0, 2 * np.pi), rng.uniform((0, 0), image.size)
    slope = np.cos(angle) * (x / image.width - 0.5) + np.sin(angle) * (y / image.height - 0.5)
    corner = np.hypot(x - image.width / 2, y - image.height / 2) / size
    spot = np.exp(-((np.hypot(x - middle[0], y - middle[1]) / (rng.uniform(0.1, 0.5) * size)) ** 2))
    light = (1 - rng.uniform(0, 0.5) * (slope + 0.5)) * (1 - rng.uniform(0, 1.2) * corner**2)
    return dimmed(image, light * (1 + rng.uniform(0, 0.35) * spot))


def off_a_screen(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A picture of a screen: the moire of its pixels with the sensor's, each colour its own."""
    y, x = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    waves = []
    for _ in range(3):
        angle, period = rng.uniform(0, 2 * np.pi), rng.uniform(4, 60)
        bend = rng.uniform(0, 3) * np.sin(2 * np.pi * y / image.height * rng.uniform(0.3, 1.5))
        phase = 2 * np.pi * (np.cos(angle) * x + np.sin(angle) * y) / period + bend
        waves.append(1 - rng.uniform(0, 0.15) * (1 + np.sin(phase)))
    return dimmed(image, np.stack(waves, axis=-1))


def tinted(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """White that was balanced for another light: from a candle's to a clear sky's."""
    warmth = rng.uniform(-0.3, 0.35)
    gains = np.array([1 + min(warmth, 0), 1 - 0.4 * abs(warmth), 1 - max(warmth, 0)])
    return dimmed(image, np.broadcast_to(gains, (2, 2, 3)))


def noisy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The noise of a sensor in the dark, of each colour its own."""
    levels: np.ndarray = np.asarray(image, np.float32)
    levels = levels + rng.normal(0, rng.uniform(3, 30), levels.shape)
    if rng.random() < 0.5:  # as the camera smooths it
        levels = ndimage.gaussian_filter(levels, (0.6, 0.6, 0))
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def shaken(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A picture out of focus."""
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.8)))
