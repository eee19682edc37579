"""A drawing inside of a page: made under the page's colours, with its alt text and caption."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from ecgzoo.report.html.elements import figure

# What is drawn in this colour takes the colour of the page's text, in light and in dark.
INK = "#010203"
RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.facecolor": "none",
    "legend.edgecolor": INK,
    "savefig.facecolor": "none",
}


def inline_svg(figure: Figure, name: str, alt: str) -> str:
    """A figure as an ``<svg>`` element.

    Args:
        figure: drawn under ``matplotlib.rc_context(RC)``, so that its text follows the page.
        name: of the figure, once in a page; its ids begin with it.
        alt: what the figure shows, for those who do not see it.

    Example:
        >>> with matplotlib.rc_context(RC):
        ...     drawing = Figure((2, 1))
        ...     _ = drawing.subplots().plot([0, 1])
        >>> inline_svg(drawing, "line", "a line").startswith('<svg id="line" role="img"')
        True
    """
    stream = io.StringIO()
    with matplotlib.rc_context(RC | {"svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata={"Date": None}, dpi=130)
    text = stream.getvalue()
    body = text[text.index("<svg") :]
    box = re.search(r'viewBox="([^"]*)"', body)
    if box is None:
        raise RuntimeError("matplotlib wrote an SVG without a viewBox")
    inside = body[body.index(">") + 1 :].strip()
    inside = re.sub(r"<metadata>.*?</metadata>", "", inside, flags=re.S)
    inside = re.sub(r'\bid="', f'id="{name}-', inside)
    inside = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\1{name}-", inside)
    inside = inside.replace(INK, "currentColor")
    return (
        f'<svg id="{name}" role="img" aria-label="{html.escape(alt)}" viewBox="{box[1]}" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{inside}"
    )


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
