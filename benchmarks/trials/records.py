"""The records that trials train on and are judged by, in one file that needs no other library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

TRAIN, VALIDATION, TEST = 0, 1, 2
UNIT = 1000  # signals are stored in whole microvolts


@dataclass(frozen=True, eq=False)
class Records:
    """Arrays, ready for an accelerator.

    Attributes:
        signals: traced pages in mV, float32 ``[n, samples, leads]``.
        labels: class indices, int64 ``[n]``.
        groups: patient of each record, int64 ``[n]``.
        parts: which part of each fold a record stands in, int8 ``[folds, n]``, by fold seed.
        ptbxl: ten seconds of each of its records in mV, at the pages' rate, float32
            ``[m, samples, leads]``.
        superclasses: PTB-XL's diagnostic ones, of which several may hold, float32 ``[m, 5]``.
    """

    signals: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    parts: dict[int, np.ndarray]
    ptbxl: np.ndarray
    superclasses: np.ndarray

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.labels.max()) + 1

    def parts_of(self, fits: list[tuple[int, int, int]]) -> np.ndarray:
        """The part of each record in each fit: ``[fits, n]``."""
        return np.stack([self.parts[fold_seed][fold] for fold_seed, fold, _ in fits])


def read_records(path: Path) -> Records:
    """The records that :func:`trials.recording.write_records` wrote."""
    with np.load(path) as file:
        return Records(
            signals=file["signals"].astype(np.float32) / UNIT,
            labels=file["labels"],
            groups=file["groups"],
            parts={seed: file[f"parts{seed}"] for seed in file["fold_seeds"].tolist()},
            ptbxl=file["ptbxl"].astype(np.float32) / UNIT,
            superclasses=file["ptbxl_superclasses"].astype(np.float32),
        )
