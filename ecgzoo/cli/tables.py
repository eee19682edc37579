"""Tables for a terminal: a run's figures, and models side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ecgzoo.training.run import Run


def console_of(width: int, **settings: Any) -> Console:
    """A console as wide as the terminal; where there is none, as wide as a table needs."""
    return Console(width=None if Console().is_terminal else width, **settings)


LEAKS = "This protocol leaks: copies of test pages are trained on."


def leak_of(metrics: Mapping[str, Any]) -> str | None:
    """What a reader of leaky figures must know; None of figures that do not leak.

    Example:
        >>> leak_of({"leaky": True, "protocol": "grouped", "overlap": 3})
        'These figures leak: the weights were trained on 3 of the test records.'
    """
    if not metrics["leaky"]:
        return None
    if metrics["protocol"] == "grouped":
        overlap = metrics["overlap"]
        return f"These figures leak: the weights were trained on {overlap} of the test records."
    return LEAKS


def metrics_table(metrics: Mapping[str, Any], title: str) -> Table:
    """Precision, recall and F1 per class and macro, and the accuracy."""
    from ecgzoo.evaluation.bootstrap import shown_interval

    captions = [leak_of(metrics), metrics.get("measured_on")]
    for name, one in metrics.get("intervals", {}).items():
        captions.append(f"{name} {shown_interval(one)}")
    table = Table(
        "class",
        "precision",
        "recall",
        "F1",
        "pages",
        title=f"{title}: accuracy {metrics['accuracy']:.3f} ({metrics['protocol']} protocol)",
        caption="\n".join(filter(None, captions)) or None,
    )
    for name, row in metrics["per_class"].items():
        shown = (f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))
        table.add_row(name, *shown, str(row["support"]))
    table.add_section()
    macro = (f"{metrics['macro'][key]:.3f}" for key in ("precision", "recall", "f1"))
    table.add_row("macro", *macro, str(metrics["n"]))
    return table


def confusion_table(metrics: Mapping[str, Any]) -> Table:
    """The confusion matrix: a row per true class, a column per predicted class."""
    table = Table("true \\ predicted", *metrics["classes"], title="confusion matrix")
    for name, row in zip(metrics["classes"], metrics["confusion"], strict=True):
        table.add_row(name, *map(str, row))
    return table


def class_counts_table(run: Run) -> Table:
    """Records per class in the training part, before and after oversampling."""
    counts = run.preset().training["class_counts"]
    table = Table("training part", *counts["before"], title="oversampling")
    for moment in ("before", "after"):
        table.add_row(moment, *map(str, counts[moment].values()))
    return table
