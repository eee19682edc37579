"""The document: sections under a title, with contents and the style sheet inside."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

NOTICE = "Research software, not a diagnostic device."


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
    contents = "".join(
        f'<li><a href="#{one.name}">{html.escape(one.title)}</a></li>' for one in sections
    )
    body = "\n".join(
        f'<section id="{one.name}"><h2>{html.escape(one.title)}</h2>{one.body}</section>'
        for one in sections
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{html.escape(title)}</title>
<style>
{style}</style>
</head>
<body>
<header><h1>{html.escape(title)}</h1><p>{html.escape(lead)}</p></header>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
<main>
{body}
</main>
<footer><p>{NOTICE}</p></footer>
</body>
</html>
"""
