"""Held classes: which classes each line of a table says, in a column of labels or in one each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    marked = any(SEPARATOR in row[column] for row in rows)
    several = column == LABELS or marked
    if several and not marked and any("," in row[column] for row in rows):
        notes.append(
            f"in the column {column} of {where} several classes stand with {SEPARATOR} between, "
            "and no cell has it: those with commas are taken as one class each"
        )
    return [_split(row, column, several, where) for row in rows], several


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


def _split(row: Mapping[str, str], column: str, several: bool, where: str) -> Classes:
    """The labels in a cell. Where several may hold, an empty one says that none does."""
    names = (
        tuple(one.strip() for one in row[column].split(SEPARATOR)) if several else (row[column],)
    )
    if several and names == ("",):
        return ()
    if bad := [one for one in names if not one or one.lower() in NOT_A_LABEL]:
        raise DataError(
            f"expected a label of record {row[RECORD]} in {where}; "
            f"got {bad[0] or 'an empty cell'}"
            ". Label it, or take its line out"
        )
    return tuple(dict.fromkeys(names))
