"""Markdown: tables and lists; strings in, strings out."""

import html
import re
from collections.abc import Iterable, Sequence

# What would be read as markup; an underscore inside of a word would not.
MARKS = re.compile(r"[\\`*~\[\]]|^#|(?<![^\W_])_|_(?![^\W_])")
NO_CODE = re.compile(r"[`|\\<>&]")


def plain(text: object) -> str:
    r"""Somebody's words as they are: in one line, and neither HTML nor markdown to any reader.

    Example:
        >>> print(plain("# time_frequency\n*<script>*"))
        \# time_frequency \*&lt;script&gt;\*
    """
    line = html.escape(" ".join(str(text).split()), quote=False)
    return MARKS.sub(lambda found: f"\\{found[0]}", line)


def listed(texts: Iterable[object]) -> str:
    """Somebody's words, one after another."""
    return ", ".join(map(plain, texts))


def code(text: object) -> str:
    r"""The same as code; what code cannot hold everywhere stands as plain text.

    Example:
        >>> print(code("cnn1d"), code("a`b"))
        `cnn1d` a\`b
    """
    shown = str(text)
    return f"`{shown}`" if shown.isprintable() and not NO_CODE.search(shown) else plain(shown)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table; a bar in a cell is escaped.

    Example:
        >>> print(table(("a", "b"), [("1", "x|y")]))
        | a | b |
        |---|---|
        | 1 | x\|y |
    """
    return "\n".join([row_of_table(heads), rule(len(heads)), *map(row_of_table, rows)])


def rule(columns: int) -> str:
    """The line below a table's head."""
    return "|" + "---|" * columns


def row_of_table(cells: Sequence[str]) -> str:
    """A line of a table; a bar in a cell is escaped."""
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
    """A block of code, in a fence that is longer than any inside."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{code}\n{fence}"


def section(title: str, *paragraphs: str) -> str:
    """A heading with its paragraphs; empty ones are left out."""
    return "\n\n".join([f"## {title}", *filter(None, paragraphs)])
