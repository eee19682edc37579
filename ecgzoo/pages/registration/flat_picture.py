"""A picture that Pillow opened, as one page of eight bits a channel, on white."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from ecgzoo.pages.quality import PageQuality, page_error

SEVERAL = ("TIFF", "GIF", "WEBP", "PNG")  # kinds that hold pages or a film; an MPO has spare views
DEEP = ("I", "F")  # and I;16 in any order of bytes: Pillow cuts them off at 255
KIND_OF_PAGE = 254  # a tag of TIFF
SPARE = 1 | 4  # bits of it: a small copy of another page, or a mask over one


def only_page(image: Image.Image, name: str) -> Image.Image:
    """The image, at the one page that it holds.

    Args:
        image: as Pillow opened it.
        name: what it is called, for messages.

    Raises:
        PageError: if it holds several; which of them is meant is not guessed.
    """
    frames = getattr(image, "n_frames", 1) if image.format in SEVERAL else 1
    if frames == 1:
        return image
    pages = [number for number in range(frames) if not _spare(image, number)]
    if len(pages) != 1:
        found = f"a {image.format} of {len(pages)} pages: save the one with the ECG alone"
        raise page_error(PageQuality.NOT_AN_IMAGE, name, found)
    image.seek(pages[0])
    return image


def _spare(image: Image.Image, number: int) -> bool:
    if image.format != "TIFF":
        return False
    image.seek(number)
    return bool(image.tag_v2.get(KIND_OF_PAGE, 0) & SPARE)  # type: ignore[attr-defined]


def on_white(image: Image.Image) -> Image.Image:
    """An image turned as its file says, RGB, white where it is transparent."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode in DEEP or turned.mode.startswith("I;16"):
        turned = _eight_bits(turned)
    white = Image.new("RGBA", turned.size, "white")
    return Image.alpha_composite(white, turned.convert("RGBA")).convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Gray levels from the darkest to the lightest, whatever they are counted in."""
    levels = np.asarray(image).astype(np.float64)
    known = levels[np.isfinite(levels)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 0.0)
    if low == high:
        return Image.new("L", image.size, "white")
    shares = (np.nan_to_num(levels, nan=high, posinf=high, neginf=low) - low) / (high - low)
    return Image.fromarray(np.round(255 * shares).astype(np.uint8))
