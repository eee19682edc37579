"""Estimates: what a model of a regression answered for some records, as ``Predictions`` are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.files.atomic import write_atomically

if TYPE_CHECKING:
    from ecgzoo.evaluation import RegressionMetrics


@dataclass(frozen=True)
class Estimates(Predictions):
    """A number for each record; ``probabilities`` ``[n, 1]`` holds it, and ``labels`` the truth.

    Example:
        >>> ids = np.array(["a 0", "a 1", "b 0"])
        >>> of, true = np.array(["a", "a", "b"]), np.array([60.0, 60.0, 41.0])
        >>> found = Estimates(ids, of, true, np.array([[58.0], [60.0], [44.0]]), ("age",))
        >>> found.per_record().values.tolist(), found.per_record().metrics().mae
        ([59.0, 44.0], 2.0)
    """

    @property
    def values(self) -> np.ndarray:
        """What was estimated, in the target's unit: float ``[n]``."""
        return self.probabilities[:, 0]

    @property
    def target(self) -> str:
        """The name of the number."""
        return self.classes[0]

    @property
    def answers(self) -> np.ndarray:
        """As :attr:`values`."""
        return self.values

    @property
    def predicted(self) -> np.ndarray:
        """As :attr:`values`."""
        return self.values

    def metrics(self) -> RegressionMetrics:  # type: ignore[override]
        """The figures of these answers.

        Raises:
            ValueError: if nobody knows what is true.
        """
        if self.labels is None:
            raise ValueError("figures need what is true, and these records do not say it")
        from ecgzoo.evaluation import regression_metrics

        return regression_metrics(self.labels, self.values, self.target)

    def to_frame(self) -> Any:
        """A pandas table: name, group, what is true if it is known, and the estimate."""
        import pandas as pd

        true = {} if self.labels is None else {f"true {self.target}": self.labels}
        told = {self.target: self.values}
        return pd.DataFrame({"name": self.names, "group": self.groups} | true | told)

    def write(self, path: Path) -> None:
        """Writes a CSV file: name, group, what is true, and the estimate, by the target's name."""

        def fill(draft: Path) -> None:
            with draft.open("w", newline="", encoding="utf-8") as stream:
                rows = csv.writer(stream)
                rows.writerow(["name", "group", f"true {self.target}", self.target])
                rows.writerows(zip(*self._columns(), strict=True))

        write_atomically(path, fill)

    def _columns(self) -> tuple[Any, ...]:
        return self.names, self.groups, self.labels.tolist(), self.values.tolist()

    @classmethod
    def read(cls, path: Path) -> Estimates:
        """Reads the file that :meth:`write` wrote."""
        with path.open(newline="", encoding="utf-8") as stream:
            head, *rows = list(csv.reader(stream))
        names, groups, true, told = (np.array(one) for one in zip(*rows, strict=True))
        return cls(names, groups, true.astype(float), told.astype(float)[:, None], (head[3],))
