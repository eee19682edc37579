"""A drawing inside of a page: made under the page's colours, with its alt text and caption."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib
from matplotlib.figure import Figure

from ecgzoo.report.html.elements import figure
from ecgzoo.report.html.svg import RC, inline_svg


def drawing(name: str, make: Callable[[], Figure], alt: str, caption: str) -> str:
    """A ``<figure>``.

    Args:
        name: of the figure, once in a page.
        make: draws it.
        alt: what it shows, with its main figures, for those who do not see it.
        caption: what stands below.
    """
    with matplotlib.rc_context(RC):
        made = make()
    return figure(inline_svg(made, name, alt), caption)
