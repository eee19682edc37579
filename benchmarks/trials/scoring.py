"""Figures of trials: pooled out-of-fold answers, group-bootstrap intervals and paired differences.

A fold seed and a seed of weights together are one repetition of a cross-validation; figures are
means over the repetitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgzoo.evaluation import NonInferiority, Repetitions, non_inferiority, repetitions
from trials.records import TEST, Records

MARGIN = 0.02  # of macro F1


@dataclass(frozen=True, eq=False)
class Answers:
    """Finished trials' answers, and what they are judged by.

    Attributes:
        folder: holds each trial's ``.npz``, in it or below it.
        records: the same as the trials ran on.
    """

    folder: Path
    records: Records

    def names(self) -> set[str]:
        """The trials that are there."""
        return {path.stem for path in self.folder.rglob("*.npz")}

    def predictions(self, trial: str, kind: str) -> np.ndarray:
        """Class indices of each repetition: int64 ``[repetitions, n]``.

        Args:
            trial: its name.
            kind: ``last``, ``ema``, ``ema_tta`` or ``best``.

        Raises:
            FileNotFoundError: if the folder has none, or several, of that name.
        """
        found = list(self.folder.rglob(f"{trial}.npz"))
        if len(found) != 1:
            raise FileNotFoundError(
                f"expected one {trial}.npz in {self.folder}; found {len(found)}. "
                "Run its plan first, each once."
            )
        with np.load(found[0]) as file:
            fits, answers = file["fits"], file[kind].argmax(axis=2)
        tested = self.records.parts_of(fits.tolist()) == TEST
        pooled: dict[tuple[int, int], np.ndarray] = {}
        for (fold_seed, _, seed), answer, rows in zip(fits, answers, tested, strict=True):
            one = pooled.setdefault((fold_seed, seed), np.full(len(answer), -1))
            one[rows] = answer[rows]
        return np.stack(list(pooled.values()))

    def figures(self, trial: str, kind: str) -> Repetitions:
        """Accuracy and macro F1 with intervals and spreads."""
        names = [str(one) for one in range(self.records.classes)]
        return repetitions(
            self.records.labels, self.predictions(trial, kind), self.records.groups, names
        )

    def difference(
        self, trial: tuple[str, str], reference: tuple[str, str], level: float = 0.95
    ) -> NonInferiority:
        """A trial's macro F1 minus another's, each a name and a kind of answer."""
        return non_inferiority(
            self.records.labels,
            self.predictions(*trial),
            self.predictions(*reference),
            self.records.groups,
            MARGIN,
            level=level,
        )
