"""Tables for a terminal: a run's figures, and models side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from ecgzoo.training.run import Run


def console_of(width: int, **settings: Any) -> Console:
    """A console as wide as the terminal; where there is none, as wide as a table needs."""
    return Console(width=None if Console().is_terminal else width, **settings)


NAMED = 6  # records that a sentence names
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
        names = metrics.get("seen", ())
        count = len(names) or metrics["overlap"]  # which counts windows, before records were named
        told = f"{count} of the test records{named(names)}"
        return f"These figures leak: the weights were trained on {told}."
    return LEAKS


def named(names: Sequence[str]) -> str:
    """The first of some records, to end a clause with; empty without any.

    Example:
        >>> named(["a", "b"]), named([])
        (': a, b', '')
        >>> named(list("abcdefgh"))
        ': a, b, c, d, e, f and others'
    """
    more = " and others" if len(names) > NAMED else ""
    return f": {', '.join(names[:NAMED])}{more}" if names else ""


COLUMNS = {"precision": "precision", "recall": "recall", "f1": "F1"}
AREAS = {"auc": "AUC", "average_precision": "AP"}


def of_known_patients(metrics: Mapping[str, Any]) -> str | None:
    """What a reader must know of a test part that shares patients with the training part."""
    shared = metrics.get("of_known_patients")
    if not shared:
        return None
    split = ", as the split has it" if metrics["protocol"] == "official" else ""
    return f"{shared:,} of these records are of patients who were trained on{split}."


def _estimates_table(metrics: Mapping[str, Any], title: str) -> Table:
    """The figures of a regression, with their intervals."""
    from ecgzoo.evaluation.bootstrap import shown_interval
    from ecgzoo.evaluation.regression import NUMBERS

    caption = "\n".join(filter(None, (leak_of(metrics), of_known_patients(metrics))))
    told = f"{title}: {metrics['target']}, {metrics['n']} records"
    table = Table("figure", "value", title=escape(told), caption=escape(caption) or None)
    intervals = metrics.get("intervals", {})
    for name, said in NUMBERS.items():
        alone = "-" if metrics[name] is None else f"{metrics[name]:.3f}"
        table.add_row(said, shown_interval(intervals[name]) if name in intervals else alone)
    return table


def metrics_table(metrics: Mapping[str, Any], title: str) -> Table:
    """The figures per class and macro: precision, recall and F1, of several labels also areas.

    Of a regression its own.
    """
    if "mae" in metrics:
        return _estimates_table(metrics, title)
    from ecgzoo.evaluation.bootstrap import shown_interval

    said = (leak_of, of_known_patients, lambda one: one.get("measured_on"), _without_auc)
    captions = [one(metrics) for one in said]
    for name, one in metrics.get("intervals", {}).items():
        captions.append(f"{name} {shown_interval(one)}")
    for name, one in metrics.get("tasks", {}).items():
        captions.append(f"{name}: macro AUC {_cells(one, ['macro_auc'])[0]}")
    columns = COLUMNS if "confusion" in metrics else AREAS | COLUMNS
    table = Table(
        "class",
        *columns.values(),
        "records",
        title=escape(f"{title}: {_headline(metrics)} ({metrics['protocol']} protocol)"),
        caption=escape("\n".join(filter(None, captions))) or None,
    )
    for name, row in metrics["per_class"].items():
        table.add_row(escape(name), *_cells(row, columns), str(row["support"]))
    table.add_section()
    table.add_row("macro", *_cells(metrics["macro"], columns), str(metrics["n"]))
    return table


def _headline(metrics: Mapping[str, Any]) -> str:
    """The accuracy; of several labels at once the macro AUC, and what accuracy then is."""
    if "confusion" in metrics:
        return f"accuracy {metrics['accuracy']:.3f}"
    area = metrics["macro"].get("auc")
    shown = "no AUC" if area is None else f"macro AUC {area:.3f}"
    return f"{shown}, every label right {metrics['accuracy']:.3f}"


def _without_auc(metrics: Mapping[str, Any]) -> str | None:
    from ecgzoo.evaluation.multi_label import note_without_auc

    lacking = metrics.get("without_auc")
    return note_without_auc(lacking) if lacking else None


def _cells(row: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """Figures; those that a class has none of as a dash."""
    return ["-" if row.get(key) is None else f"{row[key]:.3f}" for key in columns]


def confusion_table(metrics: Mapping[str, Any]) -> Table:
    """The confusion matrix: a row per true class, a column per predicted class."""
    names = [escape(name) for name in metrics["classes"]]
    table = Table("true \\ predicted", *names, title="confusion matrix")
    for name, row in zip(names, metrics["confusion"], strict=True):
        table.add_row(name, *map(str, row))
    return table


def class_counts_table(run: Run) -> Table:
    """Records per class in the training part, before and after oversampling."""
    counts = run.preset().training["class_counts"]
    names = map(escape, counts["before"])
    table = Table("training part", *names, title="oversampling")
    for moment in ("before", "after"):
        table.add_row(moment, *map(str, counts[moment].values()))
    return table
