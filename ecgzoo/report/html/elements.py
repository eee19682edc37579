"""Elements of a page: text, tables and figures, escaped; strings in, strings out."""

import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import matplotlib
from matplotlib.figure import Figure


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; ``kind`` is a class of the style sheet, such as ``"warning"``.

    Example:
        >>> paragraph("p < 0.05")
        '<p>p &lt; 0.05</p>'
    """
    opening = f'<p class="{kind}">' if kind else "<p>"
    return f"{opening}{html.escape(text, quote=False)}</p>"


def heading(text: str) -> str:
    """The heading of a part of a section."""
    return f"<h3>{html.escape(text, quote=False)}</h3>"


def items(texts: Iterable[str]) -> str:
    """A list."""
    return "<ul>" + "".join(f"<li>{html.escape(one, quote=False)}</li>" for one in texts) + "</ul>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table that scrolls by itself where the screen is narrow; its first column names the row.

    Raises:
        ValueError: if a row has more or fewer cells than there are heads.

    Example:
        >>> table(["model", "F1"], [["cnn1d", "0.9"]], "Scores")[-69:]
        '<tr><th scope="row">cnn1d</th><td>0.9</td></tr></tbody></table></div>'
    """
    columns = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    lines = []
    for name, *cells in rows:
        if len(cells) + 1 != len(heads):
            raise ValueError(f"expected {len(heads)} cells, {list(heads)}; got {[name, *cells]}")
        values = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        lines.append(f'<tr><th scope="row">{html.escape(name)}</th>{values}</tr>')
    inside = (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    return scrolled(inside, caption)


def scrolled(inside: str, name: str) -> str:
    """HTML that scrolls by itself where the screen is narrow, also without a mouse.

    Args:
        inside: what scrolls.
        name: what it is, for those who do not see it.
    """
    region = f'tabindex="0" role="region" aria-label="{html.escape(name)}"'
    return f'<div class="wide" {region}>{inside}</div>'


def figure(svg: str, caption: str) -> str:
    """A drawing of :func:`~ecgzoo.report.html.elements.inline_svg` with its caption."""
    return f"<figure>{svg}<figcaption>{html.escape(caption)}</figcaption></figure>"


@dataclass(frozen=True)
class Section:
    """A section of a document.

    Attributes:
        name: its anchor, such as ``"results"``.
        title: its heading.
        body: HTML, of :mod:`~ecgzoo.report.html.elements`.
    """

    name: str
    title: str
    body: str


def head(title: str, looks: str) -> str:
    """How a page of ours begins, light or dark, as wide as its screen.

    Args:
        title: of its window.
        looks: its style sheets and scripts.
    """
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{html.escape(title)}</title>
{looks}
</head>"""


def document(title: str, lead: str, sections: Sequence[Section]) -> str:
    """A whole HTML document that loads nothing.

    Args:
        title: heading and window title.
        lead: a sentence or two below it.
        sections: in their order.

    Example:
        >>> page = document("Report", "All of it.", [Section("a", "First", "<p>1</p>")])
        >>> '<section id="a"><h2>First</h2><p>1</p></section>' in page
        True
    """
    style = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    styled = f"<style>\n{style}</style>"
    contents = "".join(
        f'<li><a href="#{one.name}">{html.escape(one.title)}</a></li>' for one in sections
    )
    body = "\n".join(
        f'<section id="{one.name}"><h2>{html.escape(one.title)}</h2>{one.body}</section>'
        for one in sections
    )
    return f"""{head(title, styled)}
<body>
<header><h1>{html.escape(title)}</h1><p>{html.escape(lead)}</p></header>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
<main>
{body}
</main>
<footer><p>Research software, not a diagnostic device.</p></footer>
</body>
</html>
"""


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


def _inline_svg(figure: Figure, name: str, alt: str) -> str:
    """An ``<svg>`` element whose ids begin with the figure's name, in the page's colours."""
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
    svg = _inline_svg(made, name, alt)
    return f"<figure>{svg}<figcaption>{html.escape(caption)}</figcaption></figure>"
