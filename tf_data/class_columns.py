"""Class columns: a column of zeros and ones for each class of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ecgzoo.errors import DataError
from tf_data.table_columns import LABEL, PATIENTS, RECORD, SPLIT, is_index
from tf_data.table_lines import NOT_A_LABEL

Classes = tuple[str, ...]

_GAPS = ("", "-1", "-1.0", *NOT_A_LABEL)
MOST_GAPS, MOST_OTHERS = 1 / 2, 1 / 10  # of a column's cells; with more it is of no class


def one_hot(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    classes: Sequence[str] | None,
    where: str,
) -> tuple[list[Classes], Classes]:
    """The classes of each record, and their order: such rows are of several labels at once.

    Args:
        rows: of a table, by column.
        columns: its names.
        classes: the columns that are classes; None for all that hold zeros and ones.
        where: what to call the table.

    Raises:
        DataError: if there is none, or one has another cell than 0 and 1; names the record.
    """
    others = [one for one in columns if one not in (*PATIENTS, RECORD, SPLIT, "")]
    named = [one for one in others if not is_index(one)]
    binary = [one for one in named if all(number(row[one]) in (0, 1) for row in rows)]
    if classes is None:
        _check_gaps(rows, [one for one in named if one not in binary], where)
    taken = tuple(classes) if classes is not None else tuple(binary)
    absent = [one for one in taken if one not in others]
    if absent or not taken:
        raise DataError(
            f"expected the column label, labels, or one of zeros and ones per class, in the first "
            f"line of {where}; {absent[0] if absent else LABEL} missing, it has "
            f"{', '.join(columns)}"
        )
    for row in rows:
        for one in taken:
            if number(row[one]) not in (0, 1):
                raise DataError(
                    f"expected 0 or 1 in the column {one} of {where}; record {row[RECORD]} has "
                    f"{row[one] or 'an empty cell'}"
                )
    return [tuple(one for one in taken if number(row[one]) == 1) for row in rows], taken


def _check_gaps(rows: Sequence[Mapping[str, str]], columns: Sequence[str], where: str) -> None:
    """Checks that no column is left out, which is of a class but for a few cells."""
    for column in columns:
        cells = [row[column] for row in rows]
        odd = [at for at, cell in enumerate(cells) if number(cell) not in (0, 1)]
        gaps = all(cells[at].lower() in _GAPS for at in odd)
        if len(odd) <= (MOST_GAPS if gaps else MOST_OTHERS) * len(rows):
            raise DataError(
                f"expected 0 or 1 in every cell of the column {column} of {where}, as in "
                f"{len(rows) - len(odd)} of {len(rows)}; record {rows[odd[0]][RECORD]} has "
                f"{cells[odd[0]] or 'an empty cell'}. Fill it, or say which columns are classes: "
                "classes= (--classes)"
            )


def number(cell: str) -> float:
    """The number in a cell, also of true and false; NaN where there is none.

    Example:
        >>> number("0.5"), number("TRUE"), number("AF")
        (0.5, 1.0, nan)
    """
    try:
        return float(cell)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(cell.lower(), math.nan)
