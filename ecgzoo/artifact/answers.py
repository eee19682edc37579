"""Predictions: what a model answered for some records, and the CSV file that holds them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.files.atomic import write_atomically


@dataclass(frozen=True)
class Predictions:
    """What a model answered for some records.

    Attributes:
        names: ``[n]`` where each record came from.
        groups: ``[n]`` group of each record, such as the patient; of windows, their record.
        labels: int ``[n]``, what is true; None where nobody knows.
        probabilities: float ``[n, classes]``.
        classes: class names.

    Example:
        >>> shares = np.array([[0.9, 0.1], [0.7, 0.3]])
        >>> names, of = np.array(["a 0", "a 1"]), np.array(["a", "a"])
        >>> found = Predictions(names, of, None, shares, ("N", "V"))
        >>> found.predicted.tolist(), found.per_record().probabilities.round(2).tolist()
        (['N', 'N'], [[0.8, 0.2]])
    """

    names: np.ndarray
    groups: np.ndarray
    labels: Any
    probabilities: np.ndarray
    classes: tuple[str, ...]

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of each row, by name."""
        return np.array(self.classes)[self.probabilities.argmax(axis=1)]

    def per_record(self) -> Predictions:
        """A row for each group: the mean of its windows' probabilities."""
        groups, first, row = np.unique(self.groups, return_index=True, return_inverse=True)
        sums = np.zeros((len(groups), len(self.classes)))
        np.add.at(sums, row, self.probabilities)
        shares = sums / np.bincount(row)[:, None]
        labels = None if self.labels is None else self.labels[first]
        kept = Predictions(groups, groups, labels, shares, self.classes)
        order = np.argsort(first)
        return kept.take(order)

    def take(self, rows: np.ndarray) -> Predictions:
        """Some of the rows."""
        labels = None if self.labels is None else self.labels[rows]
        shares = self.probabilities[rows]
        return Predictions(self.names[rows], self.groups[rows], labels, shares, self.classes)

    def to_frame(self) -> Any:
        """A pandas table: name, group, what is true if it is known, predicted, probabilities."""
        import pandas as pd

        columns: dict[str, Any] = {"name": self.names, "group": self.groups}
        if self.labels is not None:
            columns["label"] = np.array(self.classes)[self.labels]
        columns["predicted"] = self.predicted
        shares = dict(zip(self.classes, self.probabilities.T, strict=True))
        return pd.DataFrame(columns | shares)

    def write(self, path: Path) -> None:
        """Writes a CSV file: name, group, label, then a column of probabilities per class."""

        def fill(draft: Path) -> None:
            with draft.open("w", newline="", encoding="utf-8") as stream:
                rows = csv.writer(stream)
                rows.writerow(["name", "group", "label", *self.classes])
                columns = (self.names, self.groups, self.labels, self.probabilities.tolist())
                for name, group, label, shares in zip(*columns, strict=True):
                    rows.writerow([name, group, self.classes[label], *shares])

        write_atomically(path, fill)

    @classmethod
    def read(cls, path: Path) -> Predictions:
        """Reads the file that :meth:`write` wrote."""
        with path.open(newline="", encoding="utf-8") as stream:
            (_, _, _, *classes), *rows = list(csv.reader(stream))
        names, groups, labels, *shares = zip(*rows, strict=True)
        return cls(
            np.array(names),
            np.array(groups),
            np.array([classes.index(label) for label in labels]),
            np.array(shares, float).T,
            tuple(classes),
        )

    @classmethod
    def joined(cls, parts: list[Predictions]) -> Predictions:
        """The parts one after another: out-of-fold predictions from those of each fold."""
        return cls(
            np.concatenate([part.names for part in parts]),
            np.concatenate([part.groups for part in parts]),
            np.concatenate([part.labels for part in parts]),
            np.concatenate([part.probabilities for part in parts]),
            parts[0].classes,
        )
