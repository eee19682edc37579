"""The speed and the gain that a page prints below its grid, read among those that printers know.

The words' place along the line depends on what stands before them, such as the filter's limits.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.pages.layout import PageLayout

# Digits and units as the printer draws them: columns, and a bit per pixel.
_PACKED = json.loads(Path(__file__).with_name("scale_glyphs.json").read_text(encoding="utf-8"))
SPEED, GAIN = "mm/s", "mm/mV"
KNOWN = {SPEED: ("25", "5", "6.25", "10", "12.5", "50"), GAIN: ("10", "2.5", "5", "20")}
ROWS = slice(1538, 1553)
COLUMNS = slice(60, 760)
PLACES = {SPEED: 250, GAIN: 333}
BEFORE = 6  # white columns before a number: 5 is not the end of 25
WIDEST = 48  # columns of the longest number and what is white before it
LEGIBLE = 0.5  # of a word's ink stands there, less the ink around it; real pages: 0.89 and more
BETTER = 0.02  # than the expected one; real pages: 0.09 and more below it

Tensor = Any


def word(number: str, unit: str) -> np.ndarray:
    """A printed number with its unit, bool ``[15, columns]``.

    Example:
        >>> word("25", "mm/s").shape
        (15, 75)
    """
    return np.concatenate([_glyph(one) for one in (*number, unit)], axis=1)


def scale_ink(layout: PageLayout, speed: str = "25", gain: str = "10") -> np.ndarray:
    """The line that says speed and gain, bool ``[height, width]``.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> bool(scale_ink(PAGE_LAYOUT)[1552, 257])
        True
    """
    ink = np.zeros((layout.height, layout.width), bool)
    for unit, number in ((SPEED, speed), (GAIN, gain)):
        drawn = word(number, unit)
        ink[ROWS, PLACES[unit] : PLACES[unit] + drawn.shape[1]] |= drawn
    return ink


def says_another_scale(pages: Tensor, layout: PageLayout) -> Tensor:
    """Whether a page prints another speed or gain than the layout's.

    Args:
        pages: gray pages ``[batch, height, width]``, 0 to 255.
        layout: the page's geometry.

    Returns:
        bool ``[batch]``; false where nothing can be read.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> slow, fast = (255 * ~scale_ink(PAGE_LAYOUT, speed) for speed in ("25", "50"))
        >>> says_another_scale(np.stack([slow, fast]), PAGE_LAYOUT).numpy().tolist()
        [False, True]
    """
    dark = ops.cast(pages[:, ROWS, COLUMNS] < layout.ink_below, "float32")[..., None]
    expected = {SPEED: f"{layout.paper_speed:g}", GAIN: f"{layout.gain:g}"}
    others = []
    for unit, numbers in KNOWN.items():
        scores = _scores(dark, unit)
        own = scores[:, numbers.index(expected[unit])]
        best = ops.max(scores, axis=1)
        others.append(ops.logical_and(best > LEGIBLE, best > own + BETTER))
    return ops.logical_or(*others)


def _scores(dark: Tensor, unit: str) -> Tensor:
    """How well each known number stands on the line, 1 if exactly: ``[batch, numbers]``."""
    signs = np.stack([_signs(number, unit) for number in KNOWN[unit]], axis=-1)[:, :, None]
    inked = (signs > 0).sum(axis=(0, 1, 2)).astype("float32")
    found = ops.conv(dark, ops.cast(signs, "float32"), data_format="channels_last")
    return ops.max(found, axis=(1, 2)) / inked


def _signs(number: str, unit: str) -> np.ndarray:
    """1 where a word has ink and -1 where it has none, int8; 0 beyond what is white before it."""
    drawn = word(number, unit)
    signs = np.zeros((drawn.shape[0], WIDEST + _PACKED[unit][0]), np.int8)
    signs[:, -drawn.shape[1] - BEFORE :] = -1
    signs[:, -drawn.shape[1] :][drawn] = 1
    return signs


def _glyph(name: str) -> np.ndarray:
    width, packed = _PACKED[name]
    height = ROWS.stop - ROWS.start
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8), count=height * width)
    return bits.reshape(height, width).astype(bool)
