"""A table of labels: which classes each record has, its patient, and the part that it is in."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from ecgzoo.artifact.answers import SEPARATOR
from ecgzoo.errors import DataError
from tf_data.notes import listed
from tf_data.table_columns import (
    GROUP,
    LABEL,
    LABELS,
    PATIENTS,
    RECORD,
    SPLIT,
    is_index,
    patient_column,
)
from tf_data.table_lines import NOT_A_LABEL, Labels, lines_of, patient_of

Classes = tuple[str, ...]

PARTS = ("train", "validation", "test", "")


@dataclass(frozen=True, eq=False)
class LabelTable:
    """What a table says of its records, row for row.

    Attributes:
        names: of the records.
        labels: the classes of each.
        groups: patient of each, or its own name where nobody says it.
        parts: ``"train"``, ``"validation"``, ``"test"`` or ``""`` of each; None without a split.
        several: whether several classes may hold at once.
        classes: in the order of the table's columns, where it has one per class; else sorted.
        notes: sentences on what was assumed.
        values: the number of each that is to be estimated; None of classes.
    """

    names: list[str]
    labels: list[Classes]
    groups: list[str]
    parts: list[str] | None
    several: bool
    classes: Classes
    notes: tuple[str, ...] = ()
    values: list[float] | None = None


def read_label_table(
    labels: Labels, classes: Sequence[str] | None = None, target: str | None = None
) -> LabelTable:
    """Reads a table of labels.

    Args:
        labels: a ``.csv`` file or a pandas DataFrame with the columns ``record``; ``label``, or
            ``labels`` with ``|`` between several, or a column of zeros and ones per class; and
            maybe ``group``, the patient, and ``split``. Or a dictionary from records to their
            label, or to a list of several, which a DataFrame may hold, too. A column of
            :data:`~tf_data.table_columns.PATIENTS`, however it is spelled, is taken as the
            patient, the first of them before others; the notes say so, and which columns are not
            read.
        classes: the columns that are classes; by default all others that hold zeros and ones.
        target: a column of numbers to estimate; no classes are read then.

    Raises:
        FileNotFoundError: if there is no such file.
        DataError: if a column is missing, a record stands twice or has no label; names it.

    Example:
        >>> table = read_label_table({"a": "AF", "b": ["AF", "PVC"]})
        >>> table.labels, table.several, table.classes
        ([('AF',), ('AF', 'PVC')], True, ('AF', 'PVC'))
    """
    where, rows = lines_of(labels)
    if not rows:
        raise DataError(f"expected a line per record in {where}; it holds no line")
    columns = list(rows[0])
    names = [row[RECORD] for row in rows]
    _check_names(names, where)
    group = patient_column(columns)
    notes: list[str] = []
    if group not in (None, GROUP):
        notes.append(f"the column {group} of {where} is taken as the patient of each record")
    parts = _parts(rows, where) if SPLIT in columns else None
    values = None if target is None else _values(rows, target, where)
    held: list[Classes] = [()] * len(rows)
    several, order = True, Classes()
    if values is None:
        held, several, order = _held(rows, columns, classes, where, notes)
    read = {RECORD, SPLIT, group, target or _labelled(columns), *order}
    notes.extend(_left(columns, read, where))
    return LabelTable(
        names=names,
        labels=held,
        groups=[(patient_of(row[group]) if group else "") or row[RECORD] for row in rows],
        parts=parts,
        several=several,
        classes=order,
        notes=tuple(notes),
        values=values,
    )


def _labelled(columns: Sequence[str]) -> str | None:
    """The column that the labels stand in; None where each class has its own."""
    return next((one for one in (LABELS, LABEL) if one in columns), None)


def _left(columns: Sequence[str], read: Container[str | None], where: str) -> list[str]:
    """A sentence on the columns that are not read; those that count lines are no loss."""
    left = [one for one in columns if one not in read and not is_index(one)]
    return [f"the columns {listed(left, 12)} of {where} are not read"] if left else []


def _values(rows: Sequence[Mapping[str, str]], target: str, where: str) -> list[float]:
    """The numbers of a column.

    Raises:
        DataError: if there is no such column, or a cell holds no finite number; names the record.
    """
    if target not in rows[0]:
        raise DataError(
            f"expected a column {target} of numbers to estimate in {where}; it has "
            f"{', '.join(rows[0])}"
        )
    found = {row[RECORD]: _number(row[target]) for row in rows}
    unfit = [name for name, value in found.items() if not math.isfinite(value)]
    if unfit:
        cell = next(row[target] for row in rows if row[RECORD] == unfit[0])
        raise DataError(
            f"expected a finite number in the column {target} of {where}; record {unfit[0]} "
            f"({len(unfit)} in all) has {cell or 'an empty cell'}. Take such records out"
        )
    return list(found.values())


def _check_names(names: Sequence[str], where: str) -> None:
    seen: set[str] = set()
    for line, name in enumerate(names, 1):
        if not name or name == "nan":
            raise DataError(f"expected the name of a record in line {line} of {where}; it is empty")
        if name in seen:
            raise DataError(f"expected a line per record in {where}; {name} stands there twice")
        seen.add(name)


def _parts(rows: Sequence[Mapping[str, str]], where: str) -> list[str]:
    parts = ["" if row[SPLIT] == "nan" else row[SPLIT].lower() for row in rows]
    for row, part in zip(rows, parts, strict=True):
        if part not in PARTS:
            raise DataError(
                f"expected train, validation or test in the column split of {where}; record "
                f"{row[RECORD]} has {part!r}"
            )
    return parts


def _held(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    classes: Sequence[str] | None,
    where: str,
    notes: list[str],
) -> tuple[list[Classes], bool, Classes]:
    """The classes of each record, whether several may hold, and their order."""
    column = _labelled(columns)
    if column is None:
        return _one_hot(rows, columns, classes, where, notes)
    marked = any(SEPARATOR in row[column] for row in rows)
    several = column == LABELS or marked
    if several and not marked and any("," in row[column] for row in rows):
        notes.append(
            f"in the column {column} of {where} several classes stand with {SEPARATOR} between, "
            "and no cell has it: those with commas are taken as one class each"
        )
    held = [_split(row, column, several, where) for row in rows]
    return held, several, tuple(sorted({name for one in held for name in one}))


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


def _one_hot(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    classes: Sequence[str] | None,
    where: str,
    notes: list[str],
) -> tuple[list[Classes], bool, Classes]:
    """A column of zeros and ones per class: such rows are of several labels at once."""
    others = [one for one in columns if one not in (*PATIENTS, RECORD, SPLIT, "")]
    named = [one for one in others if not is_index(one)]
    binary = [one for one in named if all(_number(row[one]) in (0, 1) for row in rows)]
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
            if _number(row[one]) not in (0, 1):
                raise DataError(
                    f"expected 0 or 1 in the column {one} of {where}; record {row[RECORD]} has "
                    f"{row[one] or 'an empty cell'}"
                )
    notes.append(f"the columns {', '.join(taken)} of {where} are taken as classes, several at once")
    held = [tuple(one for one in taken if _number(row[one]) == 1) for row in rows]
    return held, True, taken


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(cell.lower(), math.nan)
