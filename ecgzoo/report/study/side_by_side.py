"""Side by side: models' out-of-fold figures beside the paper's, and ranked, with their cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import Difference, Interval, group_bootstrap, holm, paired_difference
from ecgzoo.evaluation.results import Told, p_short, without_zero
from ecgzoo.report.cards.markdown import row_of_table, rule, table
from ecgzoo.report.study.headline import MACRO_F1, SHOWN, asked_by, headline_of
from ecgzoo.training.answered import alike
from ecgzoo.training.cost import Cost

# Accuracy that arXiv 2508.00963 reports; its split is not stated, and its data set holds 437
# copies among 928 pages. For the unimodal models no figure could be read.
PAPER_ACCURACY = {"hybrid1": 0.96, "hybrid2": 0.94}
PAPER_DATASET = "ecg_images"
PAPER_HEAD = "paper's accuracy"


@dataclass(frozen=True)
class Row:
    """One model's out-of-fold figures.

    Attributes:
        model: its name.
        accuracy: with a group-bootstrap interval.
        f1: the figure that stands for all, likewise: macro F1, or of several labels at once macro
            AUC, as ``metric`` says. Accuracy is then the share of records with every label right.
        pages: how many records were predicted.
        paper: accuracy that the paper reports, or None.
        metric: what ``f1`` holds.
    """

    model: str
    accuracy: Interval
    f1: Interval
    pages: int
    paper: float | None
    metric: str = MACRO_F1


def side_by_side(
    predictions: Mapping[str, Predictions], resamples: int = 2000, dataset: str = PAPER_DATASET
) -> list[Row]:
    """A row per model, in the order given.

    Args:
        predictions: out-of-fold predictions by model.
        resamples: number of resamples.
        dataset: of which the records are; the paper's figures stand beside those of its own only.

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
            _interval(one, headline_of(one), resamples),
            len(one.labels),
            PAPER_ACCURACY.get(model) if dataset == PAPER_DATASET else None,
            headline_of(one),
        )
        for model, one in predictions.items()
    ]


def _interval(one: Predictions, metric: str, resamples: int) -> Interval:
    return group_bootstrap(one.labels, asked_by(metric, one), one.groups, metric, resamples)


def side_by_side_markdown(rows: list[Row]) -> str:
    """The rows as a markdown table."""
    return table(side_by_side_heads(rows), side_by_side_cells(rows)) + "\n"


def side_by_side_heads(rows: Sequence[Row]) -> list[str]:
    """What stands above the cells: the paper's column only where it has a figure."""
    figures = ("accuracy", SHOWN[rows[0].metric])
    heads = ["model", *(f"{name} (95% interval)" for name in figures), "records"]
    return heads + [PAPER_HEAD] * _of_paper(rows)


def side_by_side_cells(rows: Sequence[Row]) -> list[list[str]]:
    """The rows as a table shows them."""
    published = _of_paper(rows)
    return [
        [row.model, str(row.accuracy), str(row.f1), str(row.pages)]
        + ["not read" if row.paper is None else f"{row.paper:.0%}"] * published
        for row in rows
    ]


def _of_paper(rows: Sequence[Row]) -> bool:
    return any(row.paper is not None for row in rows)


@dataclass(frozen=True)
class Ranked(Told):
    """One model among those compared.

    Attributes:
        model: its name.
        f1: the out-of-fold figure that stands for all, with a group-bootstrap interval: macro F1,
            or of several labels at once macro AUC, as ``metric`` says.
        accuracy: likewise; of several labels the share of records with every one right.
        cost: parameters, operations and latency of its core.
        difference: that figure minus the baseline's, paired; None for the baseline itself.
        corrected: the difference's p-value after Holm's correction over all models but the
            baseline; None for the baseline.
        metric: what ``f1`` holds.
    """

    model: str
    f1: Interval
    accuracy: Interval
    cost: Cost
    difference: Difference | None = None
    corrected: float | None = None
    metric: str = MACRO_F1


def ranking(
    predictions: Mapping[str, Predictions], costs: Mapping[str, Cost], baseline: str
) -> list[Ranked]:
    """The models, the best first: by macro F1, or of several labels at once by macro AUC.

    Args:
        predictions: out-of-fold predictions by model, all of the same records.
        costs: by model.
        baseline: the model that the others are compared with.

    Raises:
        ValueError: if two models did not answer for the same records in the same order, or their
            labels or groups differ.
    """
    theirs = predictions[baseline]
    metric = headline_of(theirs)
    answers = {model: asked_by(metric, one) for model, one in predictions.items()}
    for model, one in predictions.items():
        if not alike(one, theirs):
            raise ValueError(
                f"{model} and {baseline} did not answer for the same records with the same labels "
                "and groups; train both on one data set"
            )
    others = [model for model in predictions if model != baseline]
    differences = {
        model: paired_difference(
            theirs.labels, answers[model], answers[baseline], theirs.groups, metric
        )
        for model in others
    }
    corrected = holm([differences[model].p_value for model in others])
    adjusted = dict(zip(others, corrected.tolist(), strict=True))
    rows = [
        Ranked(
            model,
            group_bootstrap(theirs.labels, answer, theirs.groups, metric),
            group_bootstrap(theirs.labels, predictions[model].answers, theirs.groups, "accuracy"),
            costs[model],
            differences.get(model),
            adjusted.get(model),
            metric,
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
        f"| | model | {SHOWN[rows[0].metric]} (95% interval) | accuracy | parameters | MFLOP | ms "
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
