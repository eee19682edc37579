"""A table of labels: which classes each record has, its patient, and the part that it is in."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from ecgzoo.errors import DataError
from tf_data.class_columns import Classes, number
from tf_data.held_classes import held_classes, label_column
from tf_data.notes import listed
from tf_data.table_columns import GROUP, RECORD, SPLIT, is_index, patient_column
from tf_data.table_lines import Labels, lines_of, patient_of

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
        classes: in the order of the table's columns, where it has one per class; else sorted,
            numbers by their size.
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
        held, several, order = held_classes(rows, columns, classes, where, notes)
    column = target or label_column(columns)
    read = {RECORD, SPLIT, group, *(order if column is None else [column])}
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
    found = {row[RECORD]: number(row[target]) for row in rows}
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
