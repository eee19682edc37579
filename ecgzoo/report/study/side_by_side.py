"""Side by side: the five models' out-of-fold figures beside the paper's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Interval, group_bootstrap
from ecgzoo.report.cards.markdown import table

# Accuracy that arXiv 2508.00963 reports; its split is not stated, and its data set holds 437
# copies among 928 pages. For the unimodal models no figure could be read.
PAPER_ACCURACY = {"hybrid1": 0.96, "hybrid2": 0.94}
HEADS = (
    "model",
    "accuracy (95% interval)",
    "macro F1 (95% interval)",
    "pages",
    "paper's accuracy",
)


@dataclass(frozen=True)
class Row:
    """One model's out-of-fold figures.

    Attributes:
        model: its name.
        accuracy: with a group-bootstrap interval.
        f1: macro F1, likewise.
        pages: how many were predicted.
        paper: accuracy that the paper reports, or None.
    """

    model: str
    accuracy: Interval
    f1: Interval
    pages: int
    paper: float | None


def side_by_side(predictions: Mapping[str, Predictions], resamples: int = 2000) -> list[Row]:
    """A row per model, in the order given.

    Example:
        >>> import numpy as np
        >>> labels = np.array([0, 1, 0, 1])
        >>> ids = np.array(list("abcd"))
        >>> one = Predictions(ids, ids, labels, np.eye(2)[labels], ("x", "y"))
        >>> side_by_side({"hybrid1": one})[0].f1.estimate
        1.0
    """
    return [
        Row(
            model,
            _interval(one, "accuracy", resamples),
            _interval(one, "macro_f1", resamples),
            len(one.labels),
            PAPER_ACCURACY.get(model),
        )
        for model, one in predictions.items()
    ]


def _interval(one: Predictions, metric: str, resamples: int) -> Interval:
    predicted = one.probabilities.argmax(axis=1)
    return group_bootstrap(one.labels, predicted, one.groups, metric, resamples)


def side_by_side_markdown(rows: list[Row]) -> str:
    """The rows as a markdown table."""
    return table(HEADS, map(side_by_side_cells, rows)) + "\n"


def side_by_side_cells(row: Row) -> list[str]:
    """A row as a table shows it."""
    paper = "not read" if row.paper is None else f"{row.paper:.0%}"
    return [row.model, str(row.accuracy), str(row.f1), str(row.pages), paper]
