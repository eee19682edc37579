"""Markdown: tables and lists; strings in, strings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table; a bar in a cell is escaped.

    Example:
        >>> print(table(("a", "b"), [("1", "x|y")]))
        | a | b |
        |---|---|
        | 1 | x\|y |
    """
    lines = [_row(heads), "|" + "---|" * len(heads), *(_row(one) for one in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def items(texts: Iterable[str]) -> str:
    """A list.

    Example:
        >>> print(items(["a", "b"]))
        - a
        - b
    """
    return "\n".join(f"- {one}" for one in texts)


def block(code: str, language: str) -> str:
    """A block of code."""
    return f"```{language}\n{code}\n```"


def section(title: str, *paragraphs: str) -> str:
    """A heading with its paragraphs; empty ones are left out."""
    return "\n\n".join([f"## {title}", *filter(None, paragraphs)])


def interval(one: Mapping[str, Any]) -> str:
    """An interval that JSON holds.

    Example:
        >>> interval({"estimate": 0.9021, "low": 0.86, "high": 0.94})
        '0.902 (0.860 to 0.940)'
    """
    return f"{one['estimate']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
