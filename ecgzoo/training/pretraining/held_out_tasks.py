"""Figures and thresholds of held-out patients, each class on the records of its own data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation.multi_label import MultiLabelMetrics
from ecgzoo.models.front import SignalModel
from ecgzoo.training.pretraining.corpus import Corpus
from ecgzoo.training.thresholds import cross_fitted, fitted

ONE = "I"  # the lead of watches and hand-held devices
BLOCK = 256
MEANS = ("auc", "average_precision", "f1", "precision", "recall")


def measured(model: SignalModel, held: Corpus) -> tuple[dict[str, Any], dict[str, float]]:
    """The metrics and thresholds of a preset that answers all classes of a corpus.

    Thresholds are fitted on all of these patients. In the metrics a class is called from a
    threshold that was fitted on other ones of them.

    Args:
        model: answers them.
        held: the patients that it has not learned from.

    Returns:
        Those of :class:`~ecgzoo.evaluation.MultiLabelMetrics`, over all classes, with every lead
        that a class's data set has; and ``tasks``: by task ``n``, ``macro_auc`` and
        ``macro_auc_I``, of the lead I alone. And the thresholds, by class.
    """
    tasks: dict[str, Any] = {}
    thresholds: dict[str, float] = {}
    found = []
    for name, data in held.sets.items():
        every, one = (_answers(model, held, name, leads) for leads in (data.spec.leads, (ONE,)))
        thresholds |= fitted(every)
        found.append(cross_fitted(every).metrics())
        for task in (task for task in held.tasks if task.startswith(f"{name}:")):
            places = [held.columns(name).index(place) for place in held.columns(task)]
            tasks[task] = {
                "n": found[-1].n,
                "macro_auc": every.of_columns(places).metrics().figures["macro_auc"],
                f"macro_auc_{ONE}": one.of_columns(places).metrics().figures["macro_auc"],
            }
    whole = _together([one for one in found if isinstance(one, MultiLabelMetrics)])
    metrics = whole.to_dict() | {"protocol": "grouped", "leaky": False, "tasks": tasks}
    return metrics, thresholds


def _answers(model: SignalModel, held: Corpus, name: str, leads: tuple[str, ...]) -> Predictions:
    """The answers on a data set's own classes, of some leads alone; a row per record."""
    data = held.sets[name]
    shown = np.isin(data.spec.leads, leads)
    blocks = (data.signals[start : start + BLOCK] for start in range(0, len(data), BLOCK))
    signals = (held.placed(name, np.asarray(one) * shown) for one in blocks)
    shares = np.concatenate([np.asarray(model(one, training=False)) for one in signals])
    own = held.columns(name)
    names = tuple(held.classes[place] for place in own)
    told = Predictions(data.names, data.groups, data.labels, shares[:, own], names)
    return told.per_record("names")


def _together(found: list[MultiLabelMetrics]) -> MultiLabelMetrics:
    """The metrics of classes that were measured on different records."""
    per_class = {name: row for one in found for name, row in one.per_class.items()}
    means: dict[str, Any] = {}
    for figure in MEANS:
        known = [row[figure] for row in per_class.values() if row[figure] is not None]
        means[figure] = float(np.mean(known)) if known else None
    records = sum(one.n for one in found)
    right = sum(one.accuracy * one.n for one in found) / records
    return MultiLabelMetrics(**means, accuracy=right, per_class=per_class, n=records)
