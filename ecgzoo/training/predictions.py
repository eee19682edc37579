"""Predictions: what a model answered for some records, and the CSV file that holds them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.atomic_write import write_atomically


@dataclass(frozen=True)
class Predictions:
    """What a model answered for some records.

    Attributes:
        names: ``[n]`` where each record came from.
        groups: ``[n]`` group of each record.
        labels: int ``[n]``.
        probabilities: float ``[n, classes]``.
        classes: class names.
    """

    names: np.ndarray
    groups: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]

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
