"""HEIF, the form in which iPhones keep photographs: taught to Pillow where one comes."""

from __future__ import annotations

from ecgzoo.errors import MissingExtraError

BRANDS = b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"


def is_heif(contents: bytes) -> bool:
    """Whether a file begins as a HEIF image does.

    Example:
        >>> is_heif(bytes(4) + b"ftypheic"), is_heif(b"no photograph")
        (True, False)
    """
    return contents[4:8] == b"ftyp" and contents[8:12] in BRANDS


def teach_heif() -> None:
    """Lets Pillow open HEIF images from now on.

    Raises:
        MissingExtraError: if what reads them is not installed.
    """
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise MissingExtraError.of("a HEIC photograph is read", "pillow-heif", "pages") from error
    register_heif_opener()
