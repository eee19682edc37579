"""Cells of a text: cut at the delimiter that it has, with decimal points, in whatever encoding."""

import codecs
import csv
import re
from collections.abc import Sequence
from pathlib import Path

from ecgzoo.errors import SignalError

DELIMITERS = (";", "\t", "|", ",")
COMMENT = "#"
SEPARATOR = "sep="  # how spreadsheets are told the delimiter, in a line above the table
FOREIGN = 0.3  # share of characters beyond ASCII in which nothing of Latin-1 is a table
SHOWN = 60  # characters of a line that a message repeats

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?(nan|inf|infinity)", re.I | re.A)

Rows = list[list[str]]


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, or nothing: that is a gap, and no name."""
    return cell == "" or _NUMBER.fullmatch(cell) is not None


def shown(cells: Sequence[str]) -> str:
    """Some cells for a message, however many and long they are."""
    said = ", ".join(cells[:20])
    return said[:SHOWN] + ("..." if len(said) > SHOWN or len(cells) > 20 else "")


def cells_of(path: Path) -> tuple[Rows, tuple[str, ...]]:
    """The lines of a text as cells, all of one number; and what was assumed in cutting them.

    Cells stand between semicolons, tabs, bars, commas or blanks; where they do not stand between
    commas, a comma is the decimal point. Blank lines are passed over, and comments (``#``) and
    lines of delimiters alone above and below the table; within it these are gaps.

    Raises:
        SignalError: if it is no text, or a line has another number of cells than the first.
    """
    full = [line for line in text_of(path).splitlines() if line.strip(" ")]
    lines = _without_ends(full)
    notes: tuple[str, ...] = ()
    if not lines:
        return [], ()
    if len(lines) > 1 and (lines[0].startswith(COMMENT) or SEPARATOR in lines[0].lower()):
        lines, notes = _without_head(lines)
    delimiter = next((one for one in (*DELIMITERS, " ") if _is_between(one, lines)), "")
    if delimiter in (" ", ""):
        rows = [line.split() for line in lines] if delimiter else _column(lines)
    else:
        rows = _cut(lines, delimiter, path)
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise SignalError(
                f"expected {len(rows[0])} columns in every line of {path.name}; line {number} has "
                f"{len(row)}. The file may be cut off, or have lines above the table."
            )
    if delimiter != "," and any("," in line for line in lines):
        cells = [[pointed(cell) for cell in row] for row in rows]
        said = ("a comma is read as the decimal point",) if cells != rows else ()
        return cells, (*notes, *said)
    return rows, notes


def _without_ends(lines: Sequence[str]) -> Sequence[str]:
    """The lines from the first to the last that have a cell."""
    full = [at for at, line in enumerate(lines) if line.strip(" \t;,")]
    return lines[full[0] : full[-1] + 1] if full else []


def _without_head(lines: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    """The lines below those that tell the delimiter or are comments.

    The last comment is the line of names, if it has as many cells as the line below it.
    """
    if lines[0].lower().startswith(SEPARATOR):
        return lines[1:], ()
    first = next((at for at, line in enumerate(lines) if not line.startswith(COMMENT)), 0)
    delimiter = next((one for one in DELIMITERS if one in lines[first]), "")
    names = lines[first - 1].lstrip(COMMENT + " ")
    named = bool(delimiter) and names.count(delimiter) == lines[first].count(delimiter)
    numbers = all(is_number(pointed(c.strip())) for c in lines[first].split(delimiter or None))
    if named and numbers:
        return [names, *lines[first:]], ()
    return lines[first:], (f"lines that begin with {COMMENT} are passed over",)


def _is_between(delimiter: str, lines: Sequence[str]) -> bool:
    """Whether most lines have it: the first may be names, the last cut off."""
    return 2 * sum(delimiter in line.strip(" ") for line in lines) > len(lines)


def text_of(path: Path) -> str:
    """A file's text: UTF-8, UTF-16 with its mark, or else Latin-1.

    Raises:
        SignalError: if it is none.
    """
    content = path.read_bytes()
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        text, certain = content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text, certain = content.decode("latin-1"), False  # which takes any bytes
    head = text[:4096]
    foreign = 0 if certain else sum(sign > "\x7f" for sign in head)
    if foreign > FOREIGN * len(head) or any(sign < " " and sign not in "\t\r\n\f" for sign in head):
        raise SignalError(f"expected comma-separated text in {path.name}; it is none")
    return text


def _column(lines: Sequence[str]) -> Rows:
    return [[line.strip().strip("'\"")] for line in lines]


def _cut(lines: Sequence[str], delimiter: str, path: Path) -> Rows:
    try:
        # PhysioNet's rdsamp writes 'MLII' between single quotes.
        rows = [
            [cell.strip(" '") for cell in row] for row in csv.reader(lines, delimiter=delimiter)
        ]
    except csv.Error as error:
        raise SignalError(f"expected comma-separated text in {path.name}: {error}") from error
    if all(len(row) > 1 and row[-1] == "" for row in rows):  # a delimiter ends each line
        return [row[:-1] for row in rows]
    return rows


def pointed(cell: str) -> str:
    """A number with a decimal point, where it had a comma; any other cell as it is.

    Example:
        >>> pointed("12,5"), pointed("AF, new")
        ('12.5', 'AF, new')
    """
    number = cell.replace(",", ".")
    return number if _NUMBER.fullmatch(number) else cell
