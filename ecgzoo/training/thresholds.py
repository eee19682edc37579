"""Thresholds: from which probability on each of several classes is called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecgzoo.artifact.answers import Predictions, called_from
from ecgzoo.evaluation import fit_thresholds

FOLDS = 5


def fitted(found: Predictions) -> dict[str, float]:
    """The threshold of each class that some records have and others lack, with the highest F1.

    Args:
        found: answers for records that the model was not trained on, a row per record.

    Example:
        >>> labels, names = np.array([[1, 0], [0, 0]]), np.array(["a", "b"])
        >>> shares = np.array([[0.4, 0.2], [0.1, 0.3]])
        >>> fitted(Predictions(names, names, labels, shares, ("AF", "MI")))
        {'AF': 0.4}
    """
    there = found.labels.any(axis=0) & ~found.labels.all(axis=0)
    if not there.any():
        return {}
    names = np.array(found.classes)[there].tolist()
    return fit_thresholds(found.labels[:, there], found.probabilities[:, there], names).values


def cross_fitted(found: Predictions, seed: int = 0) -> Predictions:
    """The same answers, each called from thresholds that were fitted on other groups' records.

    Their figures are what thresholds fitted on all of them can be expected to give on others.

    Args:
        found: as of :func:`fitted`.
        seed: of the draw of five parts of the groups.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels, names = rng.integers(0, 2, (40, 2)), np.arange(40).astype(str)
        >>> answers = Predictions(names, names, labels, rng.random((40, 2)), ("AF", "MI"))
        >>> cross_fitted(answers).thresholds.shape
        (40, 2)
    """
    groups, of = np.unique(found.groups, return_inverse=True)
    part = np.random.default_rng(seed).permutation(len(groups))[of] % FOLDS
    thresholds = np.empty(found.probabilities.shape)
    for one in np.unique(part):
        others = found.take(np.flatnonzero(part != one))
        thresholds[part == one] = called_from(fitted(others), found.classes)
    return replace(found, thresholds=thresholds)
