"""A table of labels: which classes each record has, its patient, and the part that it is in."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import SEPARATOR
from ecgzoo.errors import DataError
from tf_data.formats.cells import text_of
from tf_data.given_signals import is_table

Classes = tuple[str, ...]

RECORD, GROUP, SPLIT = "record", "group", "split"
LABEL, LABELS = "label", "labels"
PATIENTS = (GROUP, "patient_id", "patient", "subject_id", "subject")
PARTS = ("train", "validation", "test", "")
NOT_A_LABEL = ("nan", "na", "n/a", "none", "null", "<na>")
MISSING = ("None", "nan", "<NA>", "NaT")  # what no cell is as text, in Python, NumPy and pandas
_WHOLE = re.compile(r"^(\d+)\.0$")  # as pandas writes whole numbers of a column with gaps


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


Labels = str | Path | Mapping[str, Any] | Any  # the last one: a pandas DataFrame


def read_label_table(
    labels: Labels, classes: Sequence[str] | None = None, target: str | None = None
) -> LabelTable:
    """Reads a table of labels.

    Args:
        labels: a ``.csv`` file or a pandas DataFrame with the columns ``record``; ``label``, or
            ``labels`` with ``|`` between several, or a column of zeros and ones per class; and
            maybe ``group``, the patient, and ``split``. Or a dictionary from records to their
            label, or to a list of several, which a DataFrame may hold, too. A column
            ``patient_id``, ``patient``, ``subject_id`` or ``subject`` is taken as the patient, and
            the notes say so.
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
    where, rows = _rows(labels)
    if not rows:
        raise DataError(f"expected a line per record in {where}; it holds no line")
    columns = list(rows[0])
    names = [row[RECORD] for row in rows]
    _check_names(names, where)
    group = next((one for one in PATIENTS if one in columns), None)
    notes = []
    if group not in (None, GROUP):
        notes.append(f"the column {group} of {where} is taken as the patient of each record")
    parts = _parts(rows, where) if SPLIT in columns else None
    values = None if target is None else _values(rows, target, where)
    held: list[Classes] = [()] * len(rows)
    several, order = True, Classes()
    if values is None:
        held, several, order = _held(rows, columns, classes, where, notes)
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


def _rows(labels: Labels) -> tuple[str, list[dict[str, str]]]:
    """What to call the table, and its lines as text by column; ``record`` is among them."""
    if isinstance(labels, str | Path):
        path = Path(labels)
        return path.name, list(table_lines(path, (RECORD,)))
    if isinstance(labels, Mapping):
        return "the labels", _of_dictionary(labels)
    if not is_table(labels):
        raise DataError(
            "expected labels by record: a .csv file, a DataFrame with a column record, or a "
            f"dictionary such as {{'r0': 'AF'}}; got a {type(labels).__name__}"
        )
    frame = labels if RECORD in labels.columns else labels.reset_index(names=RECORD)
    columns = [str(name).strip() for name in frame.columns]
    known = {*PATIENTS, RECORD, LABEL, LABELS, SPLIT}
    columns = [name.lower() if name.lower() in known else name for name in columns]
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
    return "" if name.lower() in NOT_A_LABEL else _WHOLE.sub(r"\1", name)


def table_lines(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The lines of a ``.csv`` table by column, cells stripped; known names in small letters.

    Cells stand between commas, semicolons or tabs.

    Raises:
        FileNotFoundError: if there is no such file.
        DataError: if a column is missing or stands there twice, a line has another number of cells,
            or a quote is open.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no table {path}. Check the path.")
    wanted = {name.lower(): name for name in (*columns, *PATIENTS, LABEL, LABELS, SPLIT)}
    rows = _cut(path)
    head = [name.strip() for name in next(rows, [])]
    head = [wanted.get(name.lower(), name) for name in head]
    _check_columns(head, path.name)
    if missing := [name for name in columns if name not in head]:
        raise DataError(
            f"expected the column {' and '.join(columns)} in the first line of {path.name}; "
            f"{', '.join(missing)} missing, it has {', '.join(head) or 'none'}"
        )
    for line, row in enumerate((row for row in rows if row), 1):
        if len(row) != len(head):
            raise DataError(
                f"expected {len(head)} cells in line {line} of {path.name}; got {len(row)}"
            )
        yield dict(zip(head, map(str.strip, row), strict=True))


def _cut(path: Path) -> Iterator[list[str]]:
    """The lines of a table as cells.

    Raises:
        DataError: if a quote is open, or stands within a cell; names the line that it is in.
    """
    with io.StringIO(text_of(path), newline="") as stream:
        first = stream.readline()
        stream.seek(0)
        rows = csv.reader(stream, delimiter=max(",;\t", key=first.count), strict=True)
        begun = 0  # a cell goes on over lines as long as its quote is open
        try:
            for row in rows:
                yield row
                begun = rows.line_num
        except csv.Error as error:
            raise DataError(
                f"expected every quote to be closed in {path.name}; one is not in line "
                f"{begun + 1}, the names being line 1 ({error}). Close it, or write two for one "
                "within a cell"
            ) from error


def _check_columns(head: Sequence[str], where: str) -> None:
    """Checks that no two columns have a name in common; those without any are not read."""
    twice = [name for at, name in enumerate(head) if name and name in head[:at]]
    if twice:
        raise DataError(
            f"expected a name of its own for every column of {where}; {twice[0]} stands there "
            f"{head.count(twice[0])} times. Take one out, or rename it"
        )


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
    column = next((one for one in (LABELS, LABEL) if one in columns), None)
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
    others = [one for one in columns if one not in (*PATIENTS, RECORD, SPLIT)]
    binary = [one for one in others if all(_number(row[one]) in (0, 1) for row in rows)]
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
    if ignored := [one for one in others if one not in taken]:
        notes.append(f"the columns {', '.join(ignored)} of {where} are not read")
    held = [tuple(one for one in taken if _number(row[one]) == 1) for row in rows]
    return held, True, taken


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(cell.lower(), math.nan)
