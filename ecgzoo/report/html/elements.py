"""Elements of a page: text, tables and figures, escaped; strings in, strings out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


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
    return (
        f'<div class="wide"><table><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def figure(svg: str, caption: str) -> str:
    """A drawing of :func:`~ecgzoo.report.html.svg.inline_svg` with its caption."""
    return f"<figure>{svg}<figcaption>{html.escape(caption)}</figcaption></figure>"
