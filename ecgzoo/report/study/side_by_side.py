"""Side by side: models' out-of-fold figures beside the paper's, and ranked, with their cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Difference, Interval, group_bootstrap, holm, paired_difference
from ecgzoo.evaluation.results import Told, p_short, without_zero
from ecgzoo.report.cards.markdown import row_of_table, rule, table
from ecgzoo.training.cost import Cost

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


METRIC = "macro_f1"


@dataclass(frozen=True)
class Ranked(Told):
    """One model among those compared.

    Attributes:
        model: its name.
        f1: out-of-fold macro F1 with a group-bootstrap interval.
        accuracy: likewise.
        cost: parameters, operations and latency of its core.
        difference: its macro F1 minus the baseline's, paired; None for the baseline itself.
        corrected: the difference's p-value after Holm's correction over all models but the
            baseline; None for the baseline.
    """

    model: str
    f1: Interval
    accuracy: Interval
    cost: Cost
    difference: Difference | None = None
    corrected: float | None = None


def ranking(
    predictions: Mapping[str, Predictions], costs: Mapping[str, Cost], baseline: str
) -> list[Ranked]:
    """The models, best macro F1 first.

    Args:
        predictions: out-of-fold predictions by model, all of the same records.
        costs: by model.
        baseline: the model that the others are compared with.

    Raises:
        ValueError: if two models did not answer for the same records in the same order.
    """
    theirs = predictions[baseline]
    answers = {model: one.probabilities.argmax(axis=1) for model, one in predictions.items()}
    for model, one in predictions.items():
        if one.names.tolist() != theirs.names.tolist():
            raise ValueError(f"{model} and {baseline} did not answer for the same records")
    others = [model for model in predictions if model != baseline]
    differences = {
        model: paired_difference(
            theirs.labels, answers[model], answers[baseline], theirs.groups, METRIC
        )
        for model in others
    }
    corrected = holm([differences[model].p_value for model in others])
    adjusted = dict(zip(others, corrected.tolist(), strict=True))
    rows = [
        Ranked(
            model,
            group_bootstrap(theirs.labels, answer, theirs.groups, METRIC),
            group_bootstrap(theirs.labels, answer, theirs.groups, "accuracy"),
            costs[model],
            differences.get(model),
            adjusted.get(model),
        )
        for model, answer in answers.items()
    ]
    return sorted(rows, key=lambda row: (-row.f1.estimate, row.model))


def ranking_cells(row: Ranked) -> list[str]:
    """A row as a terminal shows it, without leading zeros: narrow enough for 100 columns.

    Example:
        >>> interval = Interval(0.875, 0.831, 0.911, 2000, 0.95)
        >>> ranking_cells(Ranked("hybrid2", interval, interval, Cost(405_540, 33_422_139, 3.45)))
        ['hybrid2', '.875 .831 .911', '406k', '33.4', '3.5', '', '', '']
    """
    gain = [""] * 3
    if row.difference is not None and row.corrected is not None:
        one = row.difference
        ends = (without_zero(value, "+") for value in (one.estimate, one.low, one.high))
        gain = [" ".join(ends), p_short(one.p_value), p_short(row.corrected)]
    f1 = " ".join(without_zero(value) for value in (row.f1.estimate, row.f1.low, row.f1.high))
    cost = row.cost
    size = [f"{cost.parameters / 1e3:.0f}k", f"{cost.flops / 1e6:.1f}", f"{cost.milliseconds:.1f}"]
    return [row.model, f1, *size, *gain]


def survivors(rows: list[Ranked], level: float = 0.05) -> list[str]:
    """The models whose difference from the baseline survives Holm's correction."""
    return [row.model for row in rows if row.corrected is not None and row.corrected < level]


def ranking_markdown(rows: list[Ranked], baseline: str) -> str:
    """The ranking as a markdown table."""
    lines = [
        "| | model | macro F1 (95% interval) | accuracy | parameters | MFLOP | ms "
        f"| minus {baseline} (95% interval) | p | p, Holm |",
        rule(10),
    ]
    for place, row in enumerate(rows, 1):
        one, cost = row.difference, row.cost
        gain = ["", "", ""]
        if one is not None and row.corrected is not None:
            gain = [one.interval, p_short(one.p_value), p_short(row.corrected)]
        shown = [
            str(place),
            row.model,
            str(row.f1),
            f"{row.accuracy.estimate:.3f}",
            f"{cost.parameters:,}",
            f"{cost.flops / 1e6:.1f}",
            f"{cost.milliseconds:.1f}",
            *gain,
        ]
        lines.append(row_of_table(shown))
    return "\n".join(lines) + "\n"
