"""A table as lines of text by column, whatever holds it: a file, a DataFrame or a dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import SEPARATOR
from ecgzoo.errors import DataError
from ecgzoo.evaluation.weighted import MISSING
from tf_data.formats.cells import pointed
from tf_data.given_signals import is_series, is_table
from tf_data.table_columns import LABEL, LABELS, RECORD, is_known, known_as
from tf_data.table_text import rows_of, table_text

NOT_A_LABEL = ("nan", "na", "n/a", "none", "null", "<na>")
_WHOLE = re.compile(r"^([+-]?\d+)\.0*$")  # as pandas writes whole numbers of a column with gaps

Labels = str | Path | Mapping[str, Any] | Any  # the last one: of pandas


def lines_of(labels: Labels) -> tuple[str, list[dict[str, str]]]:
    """What to call a table, and its lines as text by column; ``record`` is among them.

    Args:
        labels: a ``.csv`` file, a DataFrame, or a dictionary or Series from records to their
            labels.

    Raises:
        FileNotFoundError: if there is no such file.
        DataError: if it is none of these, or as of :func:`table_lines`.

    Example:
        >>> lines_of({"r0": "AF", "r1": ["AF", "PVC"]})[1]
        [{'record': 'r0', 'labels': 'AF'}, {'record': 'r1', 'labels': 'AF|PVC'}]
    """
    if isinstance(labels, str | Path):
        path = Path(labels)
        return path.name, list(table_lines(path, (RECORD,)))
    if isinstance(labels, Mapping):
        return "the labels", _of_dictionary(labels)
    if is_series(labels):
        labels = labels.to_frame(LABEL)
    if not is_table(labels):
        raise DataError(
            "expected labels by record: a .csv file, a DataFrame with a column record, a Series "
            f"or a dictionary such as {{'r0': 'AF'}}; got a {type(labels).__name__}"
        )
    named = RECORD in map(known_as, map(str, labels.columns))
    frame = labels if named else labels.reset_index(names=RECORD)
    columns = [known_as(str(name)) for name in frame.columns]
    _check_columns(columns, "the labels")
    lines = list(frame.itertuples(index=False, name=None))
    if LABEL in columns and LABELS not in columns:
        cells = [line[columns.index(LABEL)] for line in lines]
        columns[columns.index(LABEL)] = LABELS if any(map(_is_several, cells)) else LABEL
    return "the labels", [dict(zip(columns, map(_cell, line), strict=True)) for line in lines]


def _of_dictionary(labels: Mapping[str, Any]) -> list[dict[str, str]]:
    """A line per record; where some have several labels, all may."""
    key = LABELS if any(map(_is_several, labels.values())) else LABEL
    return [{RECORD: str(name), key: _cell(one)} for name, one in labels.items()]


def _is_several(value: Any) -> bool:
    """Whether a cell holds several labels, not the text of one."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, list | tuple | set | frozenset)


def _cell(value: Any) -> str:
    """A cell as text: several labels with bars between, nothing where it is missing.

    A whole number is without the point that a column with gaps gives it.
    """
    if _is_several(value):
        return SEPARATOR.join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text in MISSING and not isinstance(value, str) else text


def patient_of(cell: Any) -> str:
    """The patient in a cell, empty where it is unknown; a whole number is one without its point.

    Example:
        >>> patient_of("p1"), patient_of(None), patient_of("NA"), patient_of("12.0")
        ('p1', '', '', '12')
    """
    name = _cell(cell)
    return "" if name.lower() in NOT_A_LABEL else whole(name)


def whole(cell: str) -> str:
    """A whole number without its point; any other cell as it is.

    Example:
        >>> whole("12.0"), whole("1.05"), whole("AF")
        ('12', '1.05', 'AF')
    """
    return _WHOLE.sub(r"\1", cell)


def table_lines(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The lines of a ``.csv`` table by column, cells stripped.

    A known column has its name of :func:`~tf_data.table_columns.known_as`. Commas are decimal
    points where other signs stand between cells, in numbers of columns that are not known.

    Raises:
        FileNotFoundError: if there is no such file.
        DataError: if a column is missing or stands there twice, a line has another number of cells,
            or a quote is open.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no table {path}. Check the path.")
    text = table_text(path)
    rows = (row for _, row in rows_of(text))
    head = [known_as(name) for name in next(rows, [])]
    _check_columns(head, path.name)
    if missing := [name for name in columns if name not in head]:
        raise DataError(
            f"expected the column {' and '.join(columns)} in the first line of {path.name}; "
            f"{', '.join(missing)} missing, it has {', '.join(head) or 'none'}"
        )
    commas = text.delimiter != ","
    for line, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise DataError(
                f"expected {len(head)} cells in line {line} of {path.name}; got {len(row)}"
            )
        cells = dict(zip(head, row, strict=True))
        numbers = {name: pointed(one) for name, one in cells.items() if not is_known(name)}
        yield cells | numbers if commas else cells


def _check_columns(head: Sequence[str], where: str) -> None:
    """Checks that no two columns have a name in common; those without any are not read."""
    twice = [name for at, name in enumerate(head) if name and name in head[:at]]
    if twice:
        raise DataError(
            f"expected a name of its own for every column of {where}; {twice[0]} stands there "
            f"{head.count(twice[0])} times. Take one out, or rename it"
        )
