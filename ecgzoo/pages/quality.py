"""PageQuality: why a page is refused, in codes for graphs and sentences for people."""

from enum import IntEnum

from ecgzoo.errors import PageError
from ecgzoo.pages.layout import PAGE_LAYOUT

MAX_PIXELS = 20_000_000


class PageQuality(IntEnum):
    """What became of a page; anything but ``GOOD`` is a refusal.

    Example:
        >>> PageQuality(0).name, PageQuality.ROTATED.value
        ('GOOD', 7)
    """

    GOOD = 0
    NOT_AN_IMAGE = 1
    TRUNCATED = 2
    TOO_LARGE = 3
    WRONG_SIZE = 4
    BLANK = 5
    CUT = 6
    ROTATED = 7
    OTHER_LAYOUT = 8
    UNTRACEABLE = 9
    DISPLACED = 10
    CONTRADICTORY = 11
    OTHER_SCALE = 12
    UNREADABLE = 13


_SCAN = f"at {PAGE_LAYOUT.dots_per_inch:g} dpi"
_FOUND = {
    PageQuality.GOOD: ("found one", "nothing to do"),
    PageQuality.NOT_AN_IMAGE: (
        "found bytes that are neither JPEG nor PNG",
        "send the JPEG or PNG file itself, unchanged",
    ),
    PageQuality.TRUNCATED: (
        "found a JPEG or PNG file whose data is damaged or ends early",
        "copy or upload the file again",
    ),
    PageQuality.TOO_LARGE: (
        f"found an image whose header declares more than {MAX_PIXELS // 1_000_000} megapixels",
        f"scan the page {_SCAN}",
    ),
    PageQuality.WRONG_SIZE: (
        "found an image of another size",
        f"scan the whole page {_SCAN}, upright, and do not crop or resize it",
    ),
    PageQuality.BLANK: (
        "found a page without traces",
        "check that the right page was scanned and that its contrast was kept",
    ),
    PageQuality.CUT: (
        "found a page of which a part is missing",
        "scan the whole page, with all separators, calibration pulses and the rhythm strip",
    ),
    PageQuality.ROTATED: (
        "found the page turned",
        "turn it upright, to within a tenth of a degree, before sending it",
    ),
    PageQuality.OTHER_LAYOUT: (
        "found separators, calibration pulses and lead names in other places, or none: another "
        "layout, or a page that is pale, shifted or a little turned",
        "scan it straight and with its contrast, or send the signals of other layouts instead",
    ),
    PageQuality.UNTRACEABLE: (
        "found the layout, but a lead whose trace has gaps or is drowned in other ink",
        "clean the page of notes and stains, or print it again",
    ),
    PageQuality.DISPLACED: (
        "found the grid's frame in its place on one part of the page only: the file's data are "
        "damaged, or the page is torn or covered",
        "copy or upload the file again, or scan the whole page again",
    ),
    PageQuality.CONTRADICTORY: (
        "found leads that cannot be of one heart as they are named: II is not I + III, aVR + aVL + "
        "aVF is not 0, or the rhythm strip is not its lead",
        "check the printed names, that no line is drawn across a trace, and copy the file again",
    ),
    PageQuality.OTHER_SCALE: (
        "found another speed or gain printed below the grid",
        f"print the page at {PAGE_LAYOUT.paper_speed:g} mm/s and {PAGE_LAYOUT.gain:g} mm/mV",
    ),
    PageQuality.UNREADABLE: (
        "found none that can be read",
        "scan the whole page flat, at 150 dpi or more, with its grid and all names in sight",
    ),
}

_ANY_SHEET = "a printed ECG with the names of its leads"


def sentence(code: int, found: str = "") -> str:
    """What was expected, what was found and what to do, in one sentence.

    Args:
        code: a :class:`PageQuality` or its number.
        found: what is known about this page beyond the code, such as its size.

    Raises:
        ValueError: if there is no such code.

    Example:
        >>> print(sentence(PageQuality.WRONG_SIZE, "800 x 600 pixels"))
        expected a 3 x 4 + 1 ECG page of 2213 x 1572 pixels (200 dpi, 25 mm/s, 10 mm/mV); found an \
image of another size (800 x 600 pixels); remedy: scan the whole page at 200 dpi, upright, and do \
not crop or resize it
    """
    what, remedy = _FOUND[PageQuality(code)]
    detail = f" ({found})" if found else ""
    expected = _ANY_SHEET if code == PageQuality.UNREADABLE else PAGE_LAYOUT
    return f"expected {expected}; {what}{detail}; remedy: {remedy}"


def page_error(quality: int, source: str = "page", found: str = "") -> PageError:
    """The error of a page: what was expected, what was found, and the remedy.

    Args:
        quality: the reason, as a :class:`PageQuality`.
        source: what the page is called.
        found: what came instead.

    Example:
        >>> page_error(PageQuality.BLANK, "scan.png").quality.name
        'BLANK'
    """
    return PageError(f"{source}: {sentence(quality, found)}", PageQuality(quality))
