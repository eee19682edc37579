"""Figures of repeated cross-validations: each one's, their mean, spread and interval.

Every repetition answers for the same records, with the folds cut in another way. A resample draws
the same groups in all of them, so the interval of the mean is of the choice of patients; how far
the repetitions lie apart, the spread, is what splits and training do. Sources: as of
:mod:`ecgzoo.evaluation.bootstrap`; repeating is of Kohavi (1995), A Study of Cross-Validation and
Bootstrap for Accuracy Estimation and Model Selection, IJCAI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecgzoo.evaluation.arrays import (
    check_labels,
    check_lengths,
    check_members,
    several_at_once,
)
from ecgzoo.evaluation.bootstrap import (
    Interval,
    check_settings,
    percentile_interval,
    resampled,
    resampled_each,
)
from ecgzoo.evaluation.class_counts import CLASS_METRICS, class_confusions
from ecgzoo.evaluation.comparison import repetitions_of
from ecgzoo.evaluation.metrics import METRICS, f1, precision, recall
from ecgzoo.evaluation.ranked import KINDS
from ecgzoo.evaluation.results import Told
from ecgzoo.evaluation.weighted import (
    CALLED_FROM,
    WeightedMetric,
    group_confusions,
    group_index,
    weighted_metric,
)

if TYPE_CHECKING:
    import pandas as pd


PER_CLASS = {"precision": precision, "recall": recall, "f1": f1}


@dataclass(frozen=True)
class Repeated:
    """One figure over repeated cross-validations.

    Attributes:
        each: the figure of each repetition.
        mean: their mean, with an interval by resampling groups.
        spread: their sample standard deviation; None of a single one.
    """

    each: tuple[float, ...]
    mean: Interval
    spread: float | None


@dataclass(frozen=True, eq=False)
class Repetitions(Told):
    """Figures over repeated cross-validations.

    Attributes:
        overall: by the names of ``METRICS``: accuracy, macro precision, recall and F1; of several
            labels at once, given as probabilities, also ``macro_auc`` and
            ``macro_average_precision``.
        per_class: by class name, then ``precision``, ``recall`` and ``f1``; of several labels at
            once, given as probabilities, also ``auc`` and ``average_precision``.
        confusion: of each, int64 ``[repetitions, classes, classes]``, rows true; of several labels
            ``[repetitions, classes, 2, 2]``.
    """

    overall: dict[str, Repeated]
    per_class: dict[str, dict[str, Repeated]]
    confusion: np.ndarray

    def to_frame(self) -> pd.DataFrame:
        """A row per figure, indexed by class (``""`` for all) and figure."""
        import pandas as pd

        rows = {("", name): one for name, one in self.overall.items()}
        for label, figures in self.per_class.items():
            rows |= {(label, name): one for name, one in figures.items()}
        frame = pd.DataFrame([one.mean.to_dict() | {"spread": one.spread} for one in rows.values()])
        return frame.set_index(pd.MultiIndex.from_tuples(rows, names=["class", "metric"]))


def repetitions(
    labels: ArrayLike,
    predictions: ArrayLike,
    groups: ArrayLike,
    classes: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
    thresholds: ArrayLike | None = None,
) -> Repetitions:
    """Figures of one or several sets of answers for the same records, with percentile intervals.

    Args:
        labels: true class indices, int ``[n]``; or of several at once zeros and ones
            ``[n, classes]``.
        predictions: predicted class indices, int ``[repetitions, n]``, or ``[n]`` of a single one.
            Of several labels probabilities or what is called, ``[repetitions, n, classes]``.
        groups: the group (patient) of each record, ``[n]``.
        classes: class names, in label order. A resample without a class's records is left out of
            that class's intervals, whose ``resamples`` says how many they rest on.
        resamples: number of resamples.
        level: coverage, between 0 and 1.
        seed: of the draws.
        thresholds: of several labels given as probabilities, from which on a class is called:
            ``[classes]``, ``[n, classes]`` or ``[repetitions, n, classes]``; 0.5 by default.

    Raises:
        ValueError: on arrays that do not match, a class without records, a missing or a single
            group, or settings out of range.

    Example:
        >>> found = repetitions([0, 0, 1, 1], [[0, 0, 1, 1], [0, 1, 1, 1]], list("abcd"), "xy")
        >>> found.overall["accuracy"].each, round(found.overall["accuracy"].spread, 3)
        ((1.0, 0.75), 0.177)
        >>> found.per_class["x"]["recall"].mean.estimate
        0.75
    """
    check_settings(resamples, level)
    if several_at_once(labels):
        told = repetitions_of(labels, predictions, "predictions")
        return _of_several(labels, told, groups, classes, thresholds, (resamples, level, seed))
    answers = np.atleast_2d(np.asarray(predictions))
    check_lengths(labels=labels, predictions=answers.T, groups=groups)
    true = _of_every_class(check_labels(labels, len(classes)), classes)
    answers = np.stack([check_labels(one, len(classes), "predictions") for one in answers])
    index, count = group_index(groups)
    counts = np.stack([group_confusions(true, one, index, count, len(classes)) for one in answers])
    drawn = resampled(  # [resamples, repetitions, true, predicted]
        lambda each: np.tensordot(each, counts, axes=(1, 1)), count, resamples, seed
    )
    whole = counts.sum(axis=1)
    members = drawn[:, :1].sum(axis=-1) > 0  # the same in every repetition
    overall = {name: _figure(one(whole), one(drawn), level) for name, one in METRICS.items()}
    columns = {
        name: (one(whole), np.where(members, one(drawn), np.nan)) for name, one in PER_CLASS.items()
    }
    per_class = {
        label: {name: _figure(x[:, i], y[..., i], level) for name, (x, y) in columns.items()}
        for i, label in enumerate(classes)
    }
    return Repetitions(overall, per_class, whole.astype(np.int64))


def _of_several(
    labels: ArrayLike,
    told: np.ndarray,
    groups: ArrayLike,
    classes: Sequence[str],
    thresholds: ArrayLike | None,
    settings: tuple[int, float, int],
) -> Repetitions:
    """The figures of several labels at once, of answers ``[repetitions, n, classes]``."""
    resamples, level, seed = settings
    members = check_members(labels, len(classes))
    check_lengths(labels=members, predictions=told[0], groups=groups)
    _of_every_class(np.flatnonzero(members.any(axis=0)), classes)
    ranked = np.issubdtype(told.dtype, np.floating)
    called = told >= CALLED_FROM if thresholds is None else told >= np.asarray(thresholds)
    called = called if ranked else told.astype(bool)
    index, count = group_index(groups)
    counts = np.stack([class_confusions(members, one, index, count) for one in called])
    measures = {
        name: [weighted_metric(members, one, groups, name) for one in given]
        for name, given in [*((one, called) for one in METRICS), *((one, told) for one in KINDS)]
        if ranked or name in METRICS
    }
    overall = {name: _weighed(several, settings) for name, several in measures.items()}
    drawn = resampled(
        lambda weights: np.tensordot(weights, counts, axes=(1, 1)), count, resamples, seed
    )
    whole, there = counts.sum(axis=1), drawn[:, :1, :, 1].sum(axis=-1) > 0
    columns = {
        name: (one(whole), np.where(there, one(drawn), np.nan))
        for name, one in CLASS_METRICS.items()
    }
    per_class = {
        label: {name: _figure(x[:, i], y[..., i], level) for name, (x, y) in columns.items()}
        | (_areas(members[:, [i]], told[..., [i]], groups, settings) if ranked else {})
        for i, label in enumerate(classes)
    }
    return Repetitions(overall, per_class, whole.astype(np.int64))


def _areas(
    member: np.ndarray, told: np.ndarray, groups: ArrayLike, settings: tuple[int, float, int]
) -> dict[str, Repeated]:
    """The areas of one class, ``[n, 1]``; none where every record is of it."""
    if member.all():
        return {}
    return {
        name.removeprefix("macro_"): _weighed(
            [weighted_metric(member, one, groups, name) for one in told], settings
        )
        for name in KINDS
    }


def _weighed(measures: Sequence[WeightedMetric], settings: tuple[int, float, int]) -> Repeated:
    """A figure by a measure of each repetition."""
    resamples, level, seed = settings
    each = np.array([one.estimate for one in measures])
    return _figure(each, resampled_each(measures, resamples, seed), level)


def _of_every_class(labels: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    missing = [name for i, name in enumerate(classes) if i not in labels]
    if missing:
        raise ValueError(
            f"expected records of every class; there is none of {', '.join(missing)}, which has "
            "no figures then. Leave such classes out."
        )
    return labels


def _figure(each: np.ndarray, drawn: np.ndarray, level: float) -> Repeated:
    """Of figures ``[repetitions]``, and of resamples ``[resamples, repetitions]``."""
    spread = float(each.std(ddof=1)) if len(each) > 1 else None
    mean = percentile_interval(drawn.mean(axis=1), float(each.mean()), level)
    return Repeated(tuple(each.tolist()), mean, spread)
