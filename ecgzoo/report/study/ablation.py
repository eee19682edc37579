"""Ablation: what a model is worth that lacks a domain, retrained without it or silenced."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Difference, Interval, group_bootstrap, holm, paired_difference
from ecgzoo.evaluation.results import Told, p_short
from ecgzoo.report.cards.markdown import table
from ecgzoo.report.study.headline import MACRO_F1, SHOWN, asked_by, headline_of
from ecgzoo.report.study.missing import Answers

COLUMNS = ("names", "labels", "groups")
RETRAINED, SILENCED = "retrained without", "silenced at test time"


@dataclass(frozen=True)
class Ablated(Told):
    """A model that lacks a domain, beside the whole one.

    Attributes:
        domain: what it lacks.
        how: ``RETRAINED`` or ``SILENCED``.
        model: who answered.
        f1: its out-of-fold figure that stands for all, macro F1 or of several labels at once macro
            AUC, with a group-bootstrap interval.
        difference: that minus the whole model's, paired.
        corrected: the difference's p-value after Holm's correction over all rows.
    """

    domain: str
    how: str
    model: str
    f1: Interval
    difference: Difference
    corrected: float


def ablation(
    whole: Predictions,
    retrained: Mapping[str, tuple[str, Predictions]],
    silenced: Answers,
    model: str,
) -> list[Ablated]:
    """Two rows per domain.

    Args:
        whole: the whole model's out-of-fold predictions.
        retrained: by domain, the name of the model trained without it and its predictions.
        silenced: the whole model's answers to records that lack a domain.
        model: the whole model's name.

    Raises:
        ValueError: if they did not all answer for the same records in the same order, or their
            labels or groups differ.
    """
    asked: dict[str, Answers | Predictions] = {model: silenced, **dict(retrained.values())}
    for name, one in asked.items():
        if any(not np.array_equal(getattr(one, c), getattr(whole, c)) for c in COLUMNS):
            raise ValueError(f"{name} did not answer for the records of {model}, or in other order")
    metric, answers = headline_of(whole), {}
    for domain, (name, predictions) in retrained.items():
        answers[domain, RETRAINED] = name, asked_by(metric, predictions)
        answers[domain, SILENCED] = model, silenced.predicted[domain]
    full = asked_by(metric, whole)
    labels, groups = whole.labels, whole.groups
    differences = [
        paired_difference(labels, one, full, groups, metric) for _, one in answers.values()
    ]
    corrected = holm([one.p_value for one in differences]).tolist()
    return [
        Ablated(domain, how, name, group_bootstrap(labels, one, groups, metric), difference, p)
        for ((domain, how), (name, one)), difference, p in zip(
            answers.items(), differences, corrected, strict=True
        )
    ]


def ablation_cells(row: Ablated) -> list[str]:
    """A row as a table shows it."""
    one = row.difference
    return [
        row.domain,
        row.how,
        str(row.f1),
        one.interval,
        p_short(one.p_value),
        p_short(row.corrected),
    ]


def ablation_markdown(
    rows: list[Ablated], whole: Interval, model: str, metric: str = MACRO_F1
) -> str:
    """The whole model, then the rows, as a markdown table; ``metric`` is what they hold."""
    heads = (
        "lacks",
        "how",
        f"{SHOWN[metric]} (95% interval)",
        f"minus {model} (95% interval)",
        "p",
        "p, Holm",
    )
    nothing = ["nothing", "", str(whole), "", "", ""]
    return table(heads, [nothing, *map(ablation_cells, rows)]) + "\n"


def whole_interval(whole: Predictions) -> Interval:
    """The whole model's figure that stands for all."""
    metric = headline_of(whole)
    return group_bootstrap(whole.labels, asked_by(metric, whole), whole.groups, metric)
