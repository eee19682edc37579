"""A PDF's page as a picture of it, as a scanner would take it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from PIL import Image

from ecgzoo.errors import MissingExtraError

MAGIC = b"%PDF"
DOTS_PER_INCH = 200
POINTS_PER_INCH = 72


def is_pdf(contents: bytes) -> bool:
    """Whether a file begins as a PDF does."""
    return contents.startswith(MAGIC)


def pdf_page(contents: bytes, most_pixels: int) -> Image.Image:
    """Draws the one page of a PDF, 200 dots an inch.

    Args:
        contents: of the file.
        most_pixels: more are not drawn.

    Raises:
        ValueError: if it is damaged or locked, has several pages, or its page is too large.
        MissingExtraError: if what reads PDFs is not installed.

    Example:
        >>> import io
        >>> stream = io.BytesIO()
        >>> Image.new("RGB", (400, 300), "white").save(stream, "PDF", resolution=200)
        >>> pdf_page(stream.getvalue(), 10**6).size
        (400, 300)
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingExtraError.of("a PDF is read", "pypdfium2", "pages") from error
    try:
        document = pypdfium2.PdfDocument(contents)
        with closing(document):
            return _drawn(document, most_pixels)
    except pypdfium2.PdfiumError as error:  # of the whole, or of its page alone
        raise ValueError("a PDF that is damaged or locked") from error


def _drawn(document: Any, most_pixels: int) -> Image.Image:
    if len(document) != 1:
        raise ValueError(f"a PDF of {len(document)} pages: save the one with the ECG alone")
    page, scale = document[0], DOTS_PER_INCH / POINTS_PER_INCH
    width, height = (scale * side for side in page.get_size())
    if width * height > most_pixels:
        raise ValueError(f"a PDF of {width:.0f} x {height:.0f} pixels at {DOTS_PER_INCH} dpi")
    drawn: Image.Image = page.render(scale=scale).to_pil()
    return drawn
