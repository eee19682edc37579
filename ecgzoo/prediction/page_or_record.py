"""Whether a file is a printed page or a record: told by its content, where that says enough."""

from __future__ import annotations

from pathlib import Path

from ecgzoo.pages.registration.heif_photograph import is_heif
from ecgzoo.pages.registration.pdf_page import is_pdf
from tf_data.formats.formats import FORMATS, HEAD, WFDB

IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".heif")
PAGES = (*IMAGES, ".pdf")  # where named: of a folder's PDFs most are papers
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"GIF8")


def is_page(file: Path) -> bool:
    r"""Whether a file is a page, whatever it is called.

    One that begins as no image and no record does is what its ending says, so that what is wrong
    with it is said of the right kind.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp(), "scan.csv")
        >>> _ = file.write_bytes(b"\x89PNG\r\n\x1a\n")
        >>> is_page(file), is_page(Path("gone.png")), is_page(Path("gone.csv"))
        (True, True, False)
    """
    if file.suffix.lower() in WFDB.endings:  # samples may begin with anything
        return False
    head = _head(file)
    if any(one.known(head) for one in FORMATS):  # first: a DICOM file may begin as a TIFF does
        return False
    return _is_picture(head) or file.suffix.lower() in PAGES


def _is_picture(head: bytes) -> bool:
    bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head.startswith(BEGINNINGS) or bitmap or webp or is_heif(head) or is_pdf(head)


def _head(file: Path) -> bytes:
    """What a file begins with; nothing where it cannot be read, as whoever reads it will say."""
    try:
        with file.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""
