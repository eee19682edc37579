"""Any image of a page as its darkness: how much less light than the paper around comes back."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from ecgzoo.errors import PageError
from ecgzoo.pages.quality import PageQuality, page_error
from ecgzoo.pages.registration.flat_picture import on_white, only_page
from ecgzoo.pages.registration.heif_photograph import is_heif, teach_heif
from ecgzoo.pages.registration.pdf_page import is_pdf, pdf_page

MAX_PIXELS = 60_000_000
BLOCK = 32  # pixels: paper shows in most blocks of that size
PAPER = 90.0  # percentile of a block that is its paper
BLACK = 8.0  # gray levels: paper that is darker is no paper
# What Pillow refuses broken files with.
DAMAGED = (OSError, EOFError, SyntaxError, TypeError, ValueError, Image.DecompressionBombError)


def read_darkness(source: str | os.PathLike[str] | bytes, name: str = "page") -> np.ndarray:
    """Reads an image of any size as its darkness.

    Of a coloured pixel the brightest channel counts: ink is dark in all, a grid in some.

    Args:
        source: path of a JPEG, PNG, TIFF, BMP, WebP or HEIC file, or its contents.
        name: what it is called, for messages.

    Returns:
        float32 ``[height, width]``, 0 for paper to 1 for black, turned as the file says.

    Raises:
        PageError: if it is no image, damaged or too large.
        OSError: if the file cannot be read.

    Example:
        >>> read_darkness(b"no image")
        Traceback (most recent call last):
        ecgzoo.errors.PageError: page: expected ...
    """
    return darkness_of_ink(read_colours(source, name))


def darkness_of_ink(image: np.ndarray) -> np.ndarray:
    """An image uint8 ``[height, width, 3]`` as its darkness, as of :func:`read_darkness`."""
    return darkness(image.max(axis=2).astype(np.float32))


def darkness(levels: np.ndarray) -> np.ndarray:
    """How much darker than the paper around gray levels are: float32, 0 to 1."""
    return np.clip(1 - levels / np.maximum(paper_levels(levels), BLACK), 0, 1)


def read_colours(source: str | os.PathLike[str] | bytes, name: str = "page") -> np.ndarray:
    """Reads an image of any size: uint8 ``[height, width, 3]``, turned as the file says.

    HEIC photographs and PDFs, of which the one page is drawn, need the extra ``[pages]``. Of deep
    gray levels, 16 bits or more, the darkest becomes 0 and the lightest 255.

    Raises:
        PageError: if it is no image, damaged or too large, or holds several pages.
        OSError: if the file cannot be read.
    """
    contents = source if isinstance(source, bytes) else Path(source).read_bytes()
    if is_pdf(contents):
        return _of_pdf(contents, name)
    if is_heif(contents):
        teach_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(contents))
            if image.width * image.height > MAX_PIXELS:
                found = f"{image.width} x {image.height} pixels"
                raise page_error(PageQuality.TOO_LARGE, name, found)
            flat = on_white(only_page(image, name))
        except UnidentifiedImageError as error:
            raise page_error(PageQuality.NOT_AN_IMAGE, name) from error
        except PageError:
            raise
        except DAMAGED as error:
            raise page_error(PageQuality.TRUNCATED, name) from error
    return np.asarray(flat)


def _of_pdf(contents: bytes, name: str) -> np.ndarray:
    try:
        return np.asarray(pdf_page(contents, MAX_PIXELS).convert("RGB"))
    except ValueError as error:
        raise page_error(PageQuality.NOT_AN_IMAGE, name, str(error)) from error


def paper_levels(levels: np.ndarray) -> np.ndarray:
    """The gray level of the paper around each pixel, as it varies from block to block.

    Args:
        levels: float ``[height, width]``.
    """
    height, width = levels.shape
    padded = np.pad(levels, ((0, -height % BLOCK), (0, -width % BLOCK)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // BLOCK, BLOCK, -1, BLOCK)
    light = np.percentile(blocks, PAPER, axis=(1, 3))
    smooth = ndimage.gaussian_filter(ndimage.maximum_filter(light, 3), 1, mode="nearest")
    rows, columns = (
        np.clip((np.arange(size) + 0.5) / BLOCK - 0.5, 0, many - 1)
        for size, many in zip(levels.shape, light.shape, strict=True)
    )
    grown = _stretched(_stretched(smooth, rows, 0), columns, 1)
    return grown.astype(np.float32)


def _stretched(values: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    """Straight lines between the values along an axis."""
    before = places.astype(int)
    after = np.minimum(before + 1, values.shape[axis] - 1)
    share = np.expand_dims(places - before, 1 - axis)
    early, late = values.take(before, axis), values.take(after, axis)
    return early + share * (late - early)
