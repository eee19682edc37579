"""Prediction files: CSV files of what any model answered, read, checked and put in one order.

A line per record: the class name of its label, its group, a probability per class, and a name if it
has one. Of several labels at once the column is ``labels``, with ``|`` between class names, and
``called``, if it is there, holds what the model called likewise; without it that is every class of
0.5 or more. A run's own ``predictions.csv`` is such a file. They are written as tables of labels
are (:mod:`tf_data.table_text`); case, blanks, ``_`` and ``-`` do not matter in names of columns
that are no class, and columns that count lines are none.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from ecgzoo.artifact.answers import SEPARATOR, Predictions, members_of
from ecgzoo.evaluation.arrays import check_distributions, check_probabilities
from ecgzoo.registry import unknown
from tf_data.formats.cells import pointed
from tf_data.table_columns import is_index, plain
from tf_data.table_lines import NOT_A_LABEL
from tf_data.table_text import rows_of, table_text

NAME, LABEL, LABELS, CALLED = "name", "label", "labels", "called"

Lines = list[tuple[int, dict[str, str]]]


def read_predictions(path: Path, groups: str, label: str = LABEL, name: str = NAME) -> Predictions:
    r"""Reads a file of predictions.

    Args:
        path: the CSV file, in any dialect of docs/records.md; its first line names the columns.
        groups: column of the group (patient) of each record.
        label: column of the label, a class name. A column ``labels`` in its place holds the names
            of all classes that hold, with ``|`` between them, or nothing.
        name: column of the record's name; without it a record is named by its line.

    Returns:
        The predictions; every other column is a class, but for those that count lines.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is empty or no CSV, lacks a column, names a record twice, or holds a label
            that is no class, no group, or probabilities that are none; with file and line.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.csv")
        >>> _ = path.write_text("label,patient,MI,NORM\nMI,p1,.9,.1\nNORM,p2,.3,.7\n")
        >>> found = read_predictions(path, groups="patient")
        >>> found.classes, found.labels.tolist(), found.names.tolist()
        (('MI', 'NORM'), [0, 1], ['line 2', 'line 3'])
    """
    columns, lines = _lines(path, {label, groups, name, LABELS, CALLED})
    several = LABELS in columns and (label == LABELS or label not in columns)
    label = LABELS if several else label
    for column in (label, groups):
        if column not in columns:
            raise ValueError(f"{path}: {unknown('column', column, columns)}")
    known = (label, groups, name, *([CALLED] if several else []))
    classes = tuple(one for one in columns if one not in known)
    if len(classes) < (1 if several else 2):
        raise ValueError(
            f"{path}: expected a column of probabilities for each of at least 2 classes; its "
            f"columns are {', '.join(columns)}"
        )
    names = _names(path, lines, name)
    of = np.array([_filled(path, line, row, groups) for line, row in lines])
    shares = _probabilities(path, lines, classes, several)
    if not several:
        labels = np.array([_class(path, line, row[label], classes) for line, row in lines])
        return Predictions(names, of, labels, shares, classes)
    members = _members(path, lines, label, classes)
    thresholds = None
    if CALLED in columns:
        called = _members(path, lines, CALLED, classes)
        # From which on a class was called is known as far as figures need it: between the two.
        thresholds = np.where(called, shares, np.nextafter(shares, 2))
    return Predictions(names, of, members.astype(np.int64), shares, classes, thresholds)


def in_one_order(first: Predictions, second: Predictions) -> Predictions:
    """The second's predictions with records and classes in the order of the first's.

    Raises:
        ValueError: if they are not of the same classes, records, labels and groups.
    """
    _same_sets("classes", first.classes, second.classes)
    _same_sets("records", first.names.tolist(), second.names.tolist())
    place = {name: row for row, name in enumerate(second.names.tolist())}
    rows = np.array([place[name] for name in first.names.tolist()])
    columns = np.array([second.classes.index(one) for one in first.classes])
    if first.several != second.several:
        raise ValueError(
            f"expected one label per record in both files (column {LABEL!r}), or several in both "
            f"(column {LABELS!r})"
        )
    _same_values(first.names, "label", _told(first), _told(second, columns)[rows])
    _same_values(first.names, "group", first.groups, second.groups[rows])
    likely, least = second.probabilities[rows][:, columns], second.thresholds
    least = None if least is None else least[rows][:, columns]
    return Predictions(first.names, first.groups, first.labels, likely, first.classes, least)


def _told(one: Predictions, columns: np.ndarray | slice = slice(None)) -> np.ndarray:
    """The label of each record by name; of several those that hold, in the order of columns."""
    classes = np.array(one.classes)
    if not one.several:
        return np.asarray(classes[one.labels])
    rows = one.labels[:, columns].astype(bool)
    return np.array([SEPARATOR.join(classes[columns][row]) for row in rows])


def _lines(path: Path, wanted: Collection[str]) -> tuple[list[str], Lines]:
    """The names of columns that do not count lines; the number and cells of every other line."""
    numbered = list(rows_of(table_text(path)))
    if len(numbered) < 2:
        what = "names its columns only" if numbered else "is empty"
        raise ValueError(f"expected a line of column names and a line per record; {path} {what}")
    (_, head), *others = numbered
    head = _as_wanted(head, wanted)
    columns = [name for name in head if name in wanted or not is_index(name)]
    if len(set(columns)) < len(columns):
        raise ValueError(f"{path}: expected every column once; got {', '.join(columns)}")
    for line, row in others:
        if len(row) != len(head):
            raise ValueError(f"{path}, line {line}: expected {len(head)} cells; got {len(row)}")
    return columns, [(line, dict(zip(head, row, strict=True))) for line, row in others]


def _as_wanted(head: Sequence[str], wanted: Collection[str]) -> list[str]:
    """The names of columns; one that is wanted, and that another spelling stands for, as wanted."""
    spelled = {plain(name): name for name in wanted if name not in head}
    return [name if name in wanted else spelled.get(plain(name), name) for name in head]


def _names(path: Path, lines: Lines, name: str) -> np.ndarray:
    if name not in lines[0][1]:
        return np.array([f"line {line}" for line, _ in lines])
    names = [_filled(path, line, row, name) for line, row in lines]
    if twice := [one for one, count in Counter(names).items() if count > 1]:
        raise ValueError(f"{path}: expected every {name} once; {twice[0]!r} stands there twice")
    return np.array(names)


def _filled(path: Path, line: int, row: dict[str, str], column: str) -> str:
    if row[column].lower() in ("", *NOT_A_LABEL):
        raise ValueError(f"{path}, line {line}: expected a {column}; got {row[column]!r}")
    return row[column]


def _class(path: Path, line: int, label: str, classes: tuple[str, ...]) -> int:
    if label not in classes:
        raise ValueError(f"{path}, line {line}: {unknown('label', label, classes)}")
    return classes.index(label)


def _members(path: Path, lines: Lines, column: str, classes: tuple[str, ...]) -> np.ndarray:
    """Which classes a column names: bool ``[n, classes]``."""
    found = []
    for line, row in lines:
        try:
            found.append(members_of([row[column]], classes)[0])
        except ValueError as error:
            raise ValueError(f"{path}, line {line}: {error}") from error
    return np.array(found)


def _probabilities(path: Path, lines: Lines, classes: tuple[str, ...], several: bool) -> np.ndarray:
    rows = [[_number(path, line, row, one) for one in classes] for line, row in lines]
    try:
        found = check_probabilities(rows, len(rows), len(classes))
        return found if several else check_distributions(found)
    except ValueError as error:
        taken = f"Row 0 is line {lines[0][0]}; taken for classes: {', '.join(classes)}."
        raise ValueError(f"{path}: {error} {taken}") from error


def _number(path: Path, line: int, row: dict[str, str], column: str) -> float:
    try:
        return float(pointed(row[column]))
    except ValueError:
        raise ValueError(
            f"{path}, line {line}: expected a probability in column {column!r}, since every column "
            f"but those of label, group and name is a class; got {row[column]!r}. Leave others out."
        ) from None


def _same_sets(what: str, first: Sequence[str], second: Sequence[str]) -> None:
    alone = [sorted(set(one) - set(other)) for one, other in ((first, second), (second, first))]
    found = [
        f"{names[0]!r} ({len(names)} such) stands in the {which} only"
        for which, names in zip(("first", "second"), alone, strict=True)
        if names
    ]
    if found:
        raise ValueError(f"expected the same {what} in both files; {', '.join(found)}")


def _same_values(names: np.ndarray, what: str, first: np.ndarray, second: np.ndarray) -> None:
    unlike = np.flatnonzero(first != second)
    if unlike.size:
        name, one, other = (str(array[unlike[0]]) for array in (names, first, second))
        raise ValueError(
            f"expected the same {what} in both files; that of {name} is {one!r} in the first and "
            f"{other!r} in the second ({unlike.size} such records)"
        )
