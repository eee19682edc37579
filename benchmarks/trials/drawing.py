"""What each fit's batches are drawn from: its records, and the target of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trials.records import TEST, TRAIN, VALIDATION, Records
from trials.trial import Trial

NEVER = -1e9
MOST = 64  # records of a validation part


@dataclass(frozen=True, eq=False)
class Taught:
    """Answers of a trial that another learns from.

    Attributes:
        fits: fold seed, fold and seed of each model.
        answers: probabilities for all records, ``[fits, n, classes]``.
    """

    fits: list[tuple[int, int, int]]
    answers: np.ndarray


def chances(trial: Trial, records: Records) -> np.ndarray:
    """Log chances of each record in each fit, not normalised: float32 ``[fits, n]``."""
    parts = records.parts_of(trial.fits)
    rows = parts == TRAIN if trial.select == "best" else parts < TEST
    counts = np.stack([np.bincount(records.labels[one], minlength=records.classes) for one in rows])
    balanced = -trial.balance * np.log(counts[:, records.labels])
    return np.where(rows, balanced, NEVER).astype(np.float32)


def validation(trial: Trial, records: Records) -> tuple[np.ndarray, np.ndarray]:
    """Rows of each fit's validation part, filled up to one length, and which are no filling."""
    parts = records.parts_of(trial.fits)
    rows = np.zeros((len(parts), MOST), np.int32)
    real = np.zeros((len(parts), MOST), np.float32)
    for fit, part in enumerate(parts):
        own = np.flatnonzero(part == VALIDATION)[:MOST]
        rows[fit, : len(own)], real[fit, : len(own)] = own, 1
    return rows, real


def targets(trial: Trial, records: Records, taught: Mapping[str, Taught]) -> np.ndarray:
    """Each record's label, or its mean with the teacher's answer: ``[fits, n, classes]``.

    A teacher did not train on the test part of its fold either. Its answers are averaged over its
    seeds of that fold and softened by a temperature of 2 (Hinton, Vinyals and Dean 2015,
    arXiv 1503.02531).
    """
    known = np.eye(records.classes, dtype=np.float32)[records.labels]
    found = np.broadcast_to(known, (len(trial.fits), *known.shape)).copy()
    if trial.teacher is None:
        return found
    teacher = taught[trial.teacher]
    for fit, (fold_seed, fold, _) in enumerate(trial.fits):
        same = [i for i, one in enumerate(teacher.fits) if one[:2] == (fold_seed, fold)]
        softened = teacher.answers[same].mean(0) ** 0.5
        softened /= softened.sum(1, keepdims=True)
        found[fit] = (1 - trial.teaching) * known + trial.teaching * softened
    return found
