"""Temperature and thresholds fitted on the other folds' answers, and judged on a fold's own.

A run keeps no answers for its validation part, so what is fitted for a fold is fitted on the test
parts of the others: records that their models were not trained on, and that this fold's test part
holds none of.
"""

from __future__ import annotations

import numpy as np

from ecgzoo.evaluation import fit_temperature, fit_thresholds
from ecgzoo.training.predictions import Predictions


def tempered(answers: Predictions, folds: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Probabilities ``[n, classes]`` with each fold's temperature, and the temperatures.

    Args:
        answers: out-of-fold, of one model.
        folds: the fold of each record, ``[n]``.

    Raises:
        ValueError: if there is one fold only, or a temperature cannot be fitted.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = rng.integers(0, 2, 100)
        >>> sure = np.where(rng.random(100) < 0.75, labels, 1 - labels)
        >>> ids = np.arange(100).astype(str)
        >>> one = Predictions(ids, ids, labels, 0.8 * np.eye(2)[sure] + 0.1, ("a", "b"))
        >>> [round(value, 1) for value in tempered(one, np.arange(100) % 2)[1]]
        [3.3, 3.3]
    """
    changed, values = np.empty_like(answers.probabilities), []
    for fold, mine in _parts(folds):
        try:
            found = fit_temperature(answers.labels[~mine], answers.probabilities[~mine])
        except ValueError as error:
            raise ValueError(f"no temperature for fold {fold}: {error}") from error
        changed[mine] = found.apply(answers.probabilities[mine])
        values.append(found.value)
    return changed, values


def called(answers: Predictions, folds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which classes are called with each fold's thresholds: bool ``[n, classes]``; and those.

    The thresholds are ``[folds, classes]``.

    Raises:
        ValueError: if there is one fold only, or a class is missing from the others.
    """
    changed, values = np.empty(answers.probabilities.shape, bool), []
    for _, mine in _parts(folds):
        found = fit_thresholds(answers.labels[~mine], answers.probabilities[~mine], answers.classes)
        changed[mine] = found.apply(answers.probabilities[mine])
        values.append([*found.values.values()])
    return changed, np.array(values)


def _parts(folds: np.ndarray) -> list[tuple[int, np.ndarray]]:
    names = np.unique(folds)
    if len(names) < 2:
        raise ValueError("what is fitted on other folds needs at least 2; got 1")
    return [(int(fold), folds == fold) for fold in names]
