"""Predictions: what a model answered for some records, and the CSV file that holds them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecgzoo.files.atomic import write_atomically

if TYPE_CHECKING:
    from ecgzoo.evaluation import ClassificationMetrics, MultiLabelMetrics

SEPARATOR = "|"  # between the classes of a record, in a cell
COLUMNS = ("names", "groups", "labels", "probabilities", "thresholds")
THRESHOLD = 0.5  # of several labels at once, where none was fitted


def check_class_names(names: Sequence[str]) -> None:
    """Checks that files of predictions can tell classes apart.

    Raises:
        ValueError: if a name holds what stands between names.

    Example:
        >>> check_class_names(["AF", "AF/flutter"])
    """
    if bad := next((name for name in names if SEPARATOR in name), None):
        raise ValueError(
            f"expected class names without {SEPARATOR!r}, which stands between the classes of a "
            f"record in files of predictions; got {bad!r}. Name it otherwise, such as "
            f"{bad.replace(SEPARATOR, '/')!r}"
        )


@dataclass(frozen=True)
class Predictions:
    """What a model answered for some records.

    Attributes:
        names: ``[n]`` where each record came from; windows of one record share its name, or carry
            their time behind it.
        groups: ``[n]`` group of each record, such as the patient; of windows, their record.
        labels: what is true: int ``[n]``; or, of several classes at once, ``[n, classes]`` zeros
            and ones; None where nobody knows.
        probabilities: float ``[n, classes]``.
        classes: class names.
        thresholds: of several classes at once, the probability from which on each is called:
            float ``[n, classes]`` (folds have thresholds of their own); None for 0.5. Of one class
            per record the most probable is called.
        several: whether several classes may hold at once; by default, as the labels say.

    Example:
        >>> shares = np.array([[0.9, 0.1], [0.7, 0.3]])
        >>> names, of = np.array(["a 0", "a 1"]), np.array(["a", "a"])
        >>> found = Predictions(names, of, None, shares, ("N", "V"))
        >>> found.predicted.tolist(), found.per_record().probabilities.round(2).tolist()
        (['N', 'N'], [[0.8, 0.2]])
        >>> both = Predictions(names, of, np.array([[1, 1], [0, 0]]), shares, ("AF", "MI"))
        >>> both.called.tolist(), both.predicted.tolist()
        ([[True, False], [True, False]], ['AF', 'AF'])
    """

    names: np.ndarray
    groups: np.ndarray
    labels: Any
    probabilities: np.ndarray
    classes: tuple[str, ...]
    thresholds: np.ndarray | None = None
    several: bool = False

    def __post_init__(self) -> None:
        if self.labels is not None and np.ndim(self.labels) == 2:
            object.__setattr__(self, "several", True)

    @property
    def called(self) -> np.ndarray:
        """Which classes are called: bool ``[n, classes]``."""
        if not self.several:
            return np.eye(len(self.classes), dtype=bool)[self.probabilities.argmax(axis=1)]
        least = THRESHOLD if self.thresholds is None else self.thresholds
        return self.probabilities >= least

    @property
    def answers(self) -> np.ndarray:
        """What the measures of ``ecgzoo.evaluation`` take as predictions.

        The most probable class, int ``[n]``; of several at once what is called, bool
        ``[n, classes]``.
        """
        return self.called if self.several else self.probabilities.argmax(axis=1)

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of each row, by name; of several, those called, with ``|``."""
        return _cells(self.called, self.classes)

    def per_record(self, by: str = "groups") -> Predictions:
        """A row for each record: the mean of its windows' probabilities.

        Args:
            by: ``"groups"``, where these are the records; or ``"names"``, where windows of one
                record share its name. Labels, groups and thresholds are those of its first window.
        """
        keys = getattr(self, by)
        first = first_rows(keys)
        shares = mean_of_each(self.probabilities, keys)
        return replace(self.take(first), names=keys[first], probabilities=shares)

    def at(self, thresholds: Mapping[str, float]) -> Predictions:
        """The same answers, called from these probabilities on; 0.5 for a class that has none.

        Of one class per record they are as they were.
        """
        if not self.several:
            return self
        row = called_from(thresholds, self.classes)
        return replace(self, thresholds=np.tile(row, (len(self.names), 1)))

    def metrics(self) -> ClassificationMetrics | MultiLabelMetrics:
        """The figures of these answers.

        Raises:
            ValueError: if nobody knows what is true.
        """
        if self.labels is None:
            raise ValueError("figures need labels, and these records have none")
        from ecgzoo.evaluation import metrics_of  # SciPy takes a moment to import

        return metrics_of(self.labels, self.probabilities, self.classes, self.thresholds)

    def take(self, rows: np.ndarray) -> Predictions:
        """Some of the rows."""
        columns = {name: getattr(self, name) for name in COLUMNS}
        taken: dict[str, Any] = {
            name: None if one is None else one[rows] for name, one in columns.items()
        }
        return replace(self, **taken)

    def of_columns(self, places: Sequence[int]) -> Predictions:
        """The answers on some of several classes that may hold at once.

        Example:
            >>> one, shares = np.array(["a"]), np.array([[0.9, 0.2]])
            >>> told = Predictions(one, one, np.array([[1, 0]]), shares, ("AF", "MI"))
            >>> told.of_columns([1]).probabilities.tolist()
            [[0.2]]
        """
        cut = {name: getattr(self, name) for name in ("labels", "probabilities", "thresholds")}
        classes = tuple(self.classes[place] for place in places)
        taken: dict[str, Any] = {
            name: None if one is None else one[:, places] for name, one in cut.items()
        }
        return replace(self, classes=classes, **taken)

    def to_frame(self) -> Any:
        """A pandas table: name, group, what is true if it is known, predicted, probabilities."""
        import pandas as pd

        columns: dict[str, Any] = {"name": self.names, "group": self.groups}
        if self.labels is not None:
            columns["label"] = _cells(self._members, self.classes)
        columns["predicted"] = self.predicted
        shares = dict(zip(self.classes, self.probabilities.T, strict=True))
        return pd.DataFrame(columns | shares)

    @property
    def _members(self) -> np.ndarray:
        """The labels as bool ``[n, classes]``."""
        if self.several:
            return np.asarray(self.labels, bool)
        return np.eye(len(self.classes), dtype=bool)[self.labels]

    def write(self, path: Path) -> None:
        """Writes a CSV file: name, group, label, then a column of probabilities per class.

        Of several classes at once the columns are ``labels`` and ``called``, with ``|`` between
        class names.
        """
        marks = {"label": _cells(self._members, self.classes)}
        if self.several:
            marks = {"labels": marks["label"], "called": self.predicted}

        def fill(draft: Path) -> None:
            with draft.open("w", newline="", encoding="utf-8") as stream:
                rows = csv.writer(stream)
                rows.writerow(["name", "group", *marks, *self.classes])
                columns = (self.names, self.groups, *marks.values(), self.probabilities.tolist())
                for *told, shares in zip(*columns, strict=True):
                    rows.writerow([*told, *shares])

        write_atomically(path, fill)

    @classmethod
    def read(cls, path: Path) -> Predictions:
        """Reads the file that :meth:`write` wrote."""
        with path.open(newline="", encoding="utf-8") as stream:
            head, *rows = list(csv.reader(stream))
        start = 4 if head[2] == "labels" else 3
        classes = tuple(head[start:])
        names, groups, labels = (np.array(column) for column in list(zip(*rows, strict=True))[:3])
        shares = np.array([row[start:] for row in rows], float)
        members = members_of(labels.tolist(), classes)
        if start == 3:
            return cls(names, groups, members.argmax(axis=1), shares, classes)
        called = members_of([row[3] for row in rows], classes)
        # From which on a class was called is known as far as the figures need it: between the two.
        thresholds = np.where(called, shares, np.nextafter(shares, 2))
        return cls(names, groups, members.astype(np.int64), shares, classes, thresholds)

    @classmethod
    def joined(cls, parts: list[Predictions]) -> Predictions:
        """The parts one after another: out-of-fold predictions from those of each fold."""
        columns = {name: [getattr(part, name) for part in parts] for name in COLUMNS}
        joined: dict[str, Any] = {
            name: None if several[0] is None else np.concatenate(several)
            for name, several in columns.items()
        }
        return replace(parts[0], **joined)


def called_from(thresholds: Mapping[str, float], classes: Sequence[str]) -> np.ndarray:
    """From which probability on each class is called: 0.5 where none was fitted.

    Example:
        >>> called_from({"AF": 0.3}, ("AF", "MI")).tolist()
        [0.3, 0.5]
    """
    return np.array([thresholds.get(name, THRESHOLD) for name in classes])


def first_rows(names: np.ndarray) -> np.ndarray:
    """The first row of each name, in the order of the rows: int.

    Example:
        >>> first_rows(np.array(["b", "a", "b"])).tolist()
        [0, 1]
    """
    return np.sort(np.unique(names, return_index=True)[1])


def mean_of_each(rows: np.ndarray, names: np.ndarray) -> np.ndarray:
    """The mean of the rows of each name, in the order of :func:`first_rows`.

    Args:
        rows: float ``[n, ...]``, such as the answers for windows.
        names: of the record of each, ``[n]``.

    Example:
        >>> mean_of_each(np.array([1.0, 5.0, 3.0]), np.array(["b", "a", "b"])).tolist()
        [2.0, 5.0]
    """
    _, first, row = np.unique(names, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), *np.shape(rows)[1:]))
    np.add.at(sums, row, rows)
    counts = np.bincount(row).reshape(-1, *[1] * (np.ndim(rows) - 1))
    return (sums / counts)[np.argsort(first)]


def _cells(members: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """The names of each row's classes, with ``|`` between them."""
    rows = [SEPARATOR.join(np.array(classes)[row].tolist()) for row in members]
    return np.array(rows, dtype=str)


def members_of(cells: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Bool ``[n, classes]`` of cells with ``|`` between class names; an empty one has none.

    Raises:
        ValueError: if a name is not among the classes.

    Example:
        >>> members_of(["MI|CD", ""], ("NORM", "MI", "CD")).tolist()
        [[False, True, True], [False, False, False]]
    """
    place = {name: column for column, name in enumerate(classes)}
    members = np.zeros((len(cells), len(classes)), bool)
    for row, cell in enumerate(cells):
        for name in filter(None, cell.split(SEPARATOR)):
            if name not in place:
                raise ValueError(f"label {name!r} is not among the classes {', '.join(classes)}")
            members[row, place[name]] = True
    return members
