"""Text of a table: its lines from the names on, and its rows of cells, however it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgzoo.errors import DataError
from tf_data.formats.cells import COMMENT, DELIMITERS, SEPARATOR, text_of
from tf_data.table_columns import is_known

EMPTY = " \t;,|\r\n"  # what stands in a line without a cell


@dataclass(frozen=True)
class TableText:
    """A table's text.

    Attributes:
        name: of its file.
        lines: from the names to the last that has a cell, each with its end.
        above: how many lines stand above the names.
        delimiter: between cells.
    """

    name: str
    lines: Sequence[str]
    above: int
    delimiter: str


def table_text(path: Path) -> TableText:
    r"""A table's text: comments (``#``), ``sep=`` and lines without a cell are left out around it.

    Raises:
        SignalError: if it is no text.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.csv")
        >>> _ = path.write_text("sep=;\n# of 2020\nrecord;label\nr0;AF\n;\n")
        >>> text = table_text(path)
        >>> text.delimiter, text.above, [row for _, row in rows_of(text)]
        (';', 2, [['record', 'label'], ['r0', 'AF']])
    """
    lines = list(io.StringIO(text_of(path), newline=""))
    full = [at for at, line in enumerate(lines) if line.strip(EMPTY)]
    told = ""
    if full and lines[full[0]].strip('" ').lower().startswith(SEPARATOR):
        told = lines[full.pop(0)].strip('" \r\n')[len(SEPARATOR) :][:1]
    comments = []
    while full and _is_comment(lines[full[0]]):
        comments.append(full.pop(0))
    if comments and full and _are_names(lines[comments[-1]], lines[full[0]]):
        full.insert(0, comments[-1])
        lines[full[0]] = _uncommented(lines[full[0]])
    if not full:
        return TableText(path.name, (), 0, ",")
    delimiter = told if told in DELIMITERS else _delimiter(lines[full[0]])
    return TableText(path.name, lines[full[0] : full[-1] + 1], full[0], delimiter)


def _delimiter(names: str) -> str:
    """What stands between the names most often; a bar may be within a cell of labels."""
    return max(",;\t|", key=names.count)


def _is_comment(line: str) -> bool:
    """Whether a line is none of the table; ``#`` alone is a column's name."""
    return line.startswith(COMMENT) and line[1:2] not in DELIMITERS


def _uncommented(line: str) -> str:
    return line.lstrip(COMMENT + " ")


def _are_names(comment: str, below: str) -> bool:
    """Whether a comment is the line of names of the table below it."""
    names, delimiter = _uncommented(comment), _delimiter(comment)
    told = [any(map(is_known, line.split(delimiter))) for line in (names, below)]
    return told == [True, False] and names.count(delimiter) == below.count(delimiter)


def rows_of(text: TableText) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, names first: the line of the file that each ends in, and its cells.

    Empty cells beyond the last name are left out: a delimiter may end each line.

    Raises:
        DataError: if a quote is open, or stands within a cell; names the line that it is in.
    """
    rows = csv.reader(text.lines, skipinitialspace=True, strict=True, delimiter=text.delimiter)
    begun = width = 0  # a cell goes on over lines as long as its quote is open
    try:
        for row in filter(None, rows):
            width = width or len(row)
            cells = row if any(map(str.strip, row[width:])) else row[:width]
            yield text.above + rows.line_num, [cell.strip() for cell in cells]
            begun = rows.line_num
    except csv.Error as error:
        raise DataError(
            f"expected every quote to be closed in {text.name}; one is not in line {begun + 1}, "
            f"the names being line 1 ({error}). Close it, or write two for one within a cell"
        ) from error
