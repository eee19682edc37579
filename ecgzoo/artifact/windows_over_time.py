"""Answers over time: what a model said of each window of a long record, and its summary."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.files.atomic import write_atomically

NONE = "none"  # of several classes: none is called


@dataclass(frozen=True, eq=False)
class WindowsOverTime:
    """What a model answered for a long record, window by window.

    Attributes:
        record: the file's name.
        seconds: how long the record is.
        window: how long a window is, in seconds.
        starts: when each answered window starts, in seconds.
        answers: a row for each of them.
        left_out: by its start, why a window was not asked about: ``"gap"``, ``"flat"`` or
            ``"too large"``.
    """

    record: str
    seconds: float
    window: float
    starts: np.ndarray
    answers: Predictions
    left_out: dict[float, str]

    @property
    def shares(self) -> dict[str, float]:
        """The share of the answered windows that each class is called in.

        Where several classes may hold at once the shares add up to more, and ``"none"`` is where
        no class reaches its threshold.
        """
        called = self.answers.called
        found = dict(zip(self.answers.classes, called.mean(axis=0).tolist(), strict=True))
        none = float((~called.any(axis=1)).mean())
        return found | ({NONE: none} if self.answers.several else {})

    @property
    def certainty(self) -> np.ndarray:
        """The largest probability of each answered window."""
        found: np.ndarray = self.answers.probabilities.max(axis=1)
        return found

    def most_certain(self, count: int = 10) -> np.ndarray:
        """Rows of the most certain windows, first the most certain one; none overlaps another.

        Of windows that overlap only the most certain one counts, since they show the same beats.
        """
        chosen: list[int] = []
        for row in np.argsort(-self.certainty, kind="stable").tolist():
            if len(chosen) == count:
                break
            apart = np.abs(self.starts[chosen] - self.starts[row])
            if (apart > self.window - 1e-6).all():
                chosen.append(row)
        return np.array(chosen, int)

    def span(self, row: int) -> str:
        """When a window is, such as ``"3:25:10.0-3:25:20.0"``."""
        start = float(self.starts[row])
        return f"{clock(start)}-{clock(start + self.window)}"

    def summary(self, count: int = 10) -> dict[str, Any]:
        """What stands in all of it, ready for JSON."""
        names, sure = self.answers.predicted, self.certainty
        return {
            "seconds": self.seconds,
            "window_seconds": self.window,
            "windows": len(self.starts),
            "not_answered": dict(Counter(self.left_out.values())),
            "shares": self.shares,
            "most_certain": [
                {
                    "start": float(self.starts[row]),
                    "end": float(self.starts[row]) + self.window,
                    "label": str(names[row]),
                    "probability": float(sure[row]),
                }
                for row in self.most_certain(count)
            ],
        }

    def rows(self) -> Iterator[list[Any]]:
        """Start, end, label and probabilities of each window in order; empty where not answered."""
        told = zip(self.answers.predicted, self.answers.probabilities.tolist(), strict=True)
        filled = zip(self.starts.tolist(), ([str(a), *b] for a, b in told), strict=True)
        empty = [""] * (1 + len(self.answers.classes))
        every = [*filled, *((start, empty) for start in self.left_out)]
        for start, cells in sorted(every, key=lambda one: one[0]):
            yield [round(start, 6), round(start + self.window, 6), *cells]

    def write(self, path: Path) -> None:
        """Writes a CSV file, a line per window: start and end in seconds, label, probabilities."""

        def fill(draft: Path) -> None:
            with draft.open("w", newline="", encoding="utf-8") as stream:
                lines = csv.writer(stream)
                lines.writerow(["start", "end", "label", *self.answers.classes])
                lines.writerows(self.rows())

        write_atomically(path, fill)

    def to_frame(self) -> Any:
        """The same as a pandas table."""
        import pandas as pd

        return pd.DataFrame(
            list(self.rows()), columns=["start", "end", "label", *self.answers.classes]
        )


def clock(seconds: float) -> str:
    """A time of a record as hours, minutes and seconds.

    Example:
        >>> clock(12310.04), clock(59.96)
        ('3:25:10.0', '0:01:00.0')
    """
    tenths = round(10 * seconds)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest / 10:04.1f}"
