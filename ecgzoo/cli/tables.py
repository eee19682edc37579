"""Tables for a terminal: a run's figures, and models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from ecgzoo.training.run import Run

LEAKS = "This protocol leaks: copies of test pages are trained on."


def metrics_table(run: Run) -> Table:
    """Precision, recall and F1 per class and macro, and the accuracy."""
    metrics = run.metrics()
    table = Table(
        "class",
        "precision",
        "recall",
        "F1",
        "pages",
        title=f"{run.folder}: accuracy {metrics['accuracy']:.3f} ({metrics['protocol']} protocol)",
        caption=LEAKS if metrics["leaky"] else None,
    )
    for name, row in metrics["per_class"].items():
        shown = (f"{row[key]:.3f}" for key in ("precision", "recall", "f1"))
        table.add_row(name, *shown, str(row["support"]))
    table.add_section()
    macro = (f"{metrics['macro'][key]:.3f}" for key in ("precision", "recall", "f1"))
    table.add_row("macro", *macro, str(metrics["n"]))
    return table


def confusion_table(run: Run) -> Table:
    """The confusion matrix: a row per true class, a column per predicted class."""
    metrics = run.metrics()
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
