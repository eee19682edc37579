"""Held classes: which classes each line of a table says, in a column of labels or in one each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecgzoo.artifact.answers import SEPARATOR
from ecgzoo.errors import DataError
from tf_data.class_columns import Classes, one_hot
from tf_data.formats.cells import is_number
from tf_data.table_columns import LABEL, LABELS, RECORD
from tf_data.table_lines import NOT_A_LABEL, whole


def label_column(columns: Sequence[str]) -> str | None:
    """The column that the labels stand in; None where each class has its own."""
    return next((one for one in (LABELS, LABEL) if one in columns), None)


def held_classes(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    classes: Sequence[str] | None,
    where: str,
    notes: list[str],
) -> tuple[list[Classes], bool, Classes]:
    """The classes of each record, whether several may hold, and their order.

    Args:
        rows: of a table, by column.
        columns: its names.
        classes: those that are asked for; of columns of zeros and ones, which they are.
        where: what to call the table.
        notes: where it is put what was assumed.

    Raises:
        DataError: if a column is missing, or a record has no label; names it.
    """
    column = label_column(columns)
    if column is None:
        held, order = one_hot(rows, columns, classes, where)
        several = True
        said = f"the columns {', '.join(order)} of {where} are taken as classes, several at once"
        notes.append(said)
    else:
        names, several = _in_cells(rows, column, where, notes)
        held = _of_numbers(names, classes)
        order = _in_order({name for one in held for name in one})
    notes.extend(_alike(order, where))
    return held, several, order


def _in_cells(
    rows: Sequence[Mapping[str, str]], column: str, where: str, notes: list[str]
) -> tuple[list[Classes], bool]:
    """The labels in the cells of a column, and whether several may hold."""
    cells = [row[column] for row in rows]
    lists = [_written_list(cell) for cell in cells]
    if any(cells) and None not in lists:
        parts, several = [one or () for one in lists], True
    else:
        marked = any(SEPARATOR in cell for cell in cells)
        several = column == LABELS or marked
        parts = [_split(cell, several) for cell in cells]
        if several and not marked and any("," in cell for cell in cells):
            notes.append(
                f"in the column {column} of {where} several classes stand with {SEPARATOR} "
                "between, and no cell has it: those with commas are taken as one class each"
            )
    _check_no_one_hot(parts, column, where)
    held = [_labels(one, row[RECORD], where) for one, row in zip(parts, rows, strict=True)]
    return held, several


def _written_list(cell: str) -> Classes | None:
    """The labels in a list as Python writes it, ``['AF', 'PVC']``; None of any other text."""
    if not cell:
        return ()
    try:
        found: Any = ast.literal_eval(cell) if cell[0] in "[({" else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return tuple(map(str, found)) if isinstance(found, list | tuple | set) else None


def _split(cell: str, several: bool) -> Classes:
    """The labels in a cell. Where several may hold, an empty one says that none does."""
    if several and not cell:
        return ()
    return tuple(cell.split(SEPARATOR)) if several else (cell,)


def _check_no_one_hot(parts: Sequence[Classes], column: str, where: str) -> None:
    """Refuses lists of a zero or one per class, which do not tell which class each is of."""
    size = len(parts[0])
    if size > 1 and all(len(one) == size and {*one} <= {"0", "1"} for one in parts):
        raise DataError(
            f"expected the names of classes in the column {column} of {where}; each cell has "
            f"{size} zeros and ones. Make them {size} columns, called by their classes"
        )


def _labels(parts: Classes, record: str, where: str) -> Classes:
    """The labels of a record, each once.

    Raises:
        DataError: if one is empty or stands for none.
    """
    names = tuple(one.strip() for one in parts)
    if bad := [one for one in names if not one or one.lower() in NOT_A_LABEL]:
        raise DataError(
            f"expected a label of record {record} in {where}; got {bad[0] or 'an empty cell'}"
            ". Label it, or take its line out"
        )
    return tuple(dict.fromkeys(names))


def _of_numbers(names: list[Classes], classes: Sequence[str] | None) -> list[Classes]:
    """The labels, where all are numbers without needless points; or as the classes write them."""
    if not all(is_number(name) for one in names for name in one):
        return names
    asked = {whole(name): name for name in classes or ()}
    return [
        tuple(dict.fromkeys(asked.get(whole(name), whole(name)) for name in one)) for one in names
    ]


def _in_order(names: Iterable[str]) -> Classes:
    """Sorted by the alphabet; numbers by their size."""
    order = sorted(names)
    return tuple(sorted(order, key=float) if all(map(is_number, order)) else order)


def _alike(classes: Classes, where: str) -> list[str]:
    """A sentence on classes that may be one."""
    spelled: dict[str, list[str]] = {}
    for name in classes:
        spelled.setdefault(name.lower(), []).append(name)
    return [
        f"the classes {', '.join(names)} of {where} differ in capitals alone, and are taken as "
        f"{len(names)}"
        for names in spelled.values()
        if len(names) > 1
    ]
