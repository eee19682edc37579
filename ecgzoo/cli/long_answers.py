"""Answers for a long record: asked with a progress bar, and shown summed up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.windows_over_time import WindowsOverTime, clock
from ecgzoo.cli.answers import Row, shown_name
from ecgzoo.client import Contract, Prediction
from ecgzoo.prediction.long_record import answered
from ecgzoo.signal_spec import SignalSpec
from tf_data.open_record import OpenRecord

LONG = 600.0
"""Seconds from which on a record is summed up: nobody reads more rows than ten minutes have."""


def asked_over_time(
    record: OpenRecord,
    spec: SignalSpec,
    contract: Contract,
    ask: Callable[[np.ndarray], list[Prediction]],
) -> WindowsOverTime:
    """What a model answers for each window, with a progress bar on standard error."""

    def table(names: np.ndarray, of: np.ndarray, shares: np.ndarray) -> Predictions:
        several, classes = contract.multi_label, contract.classes
        found = Predictions(names, of, None, shares, classes, several=several)
        return found.at(contract.thresholds)

    def probabilities(windows: np.ndarray) -> np.ndarray:
        return np.array([list(one.probabilities.values()) for one in ask(windows)])

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(f"{clock(record.seconds)} of signal", total=record.seconds)
        return answered(
            record, spec, probabilities, table, lambda done: bar.update(task, completed=done)
        )


def calibrated(found: WindowsOverTime, contract: Contract) -> WindowsOverTime:
    """The same answers with the fitted temperature; what was called before still is."""

    def tempered(row: dict[str, float]) -> list[float]:
        first = next(iter(row))
        one = contract.calibrated(Prediction(row, first, row[first]))
        return list(one.probabilities.values())

    answers, classes = found.answers, found.answers.classes
    named = [dict(zip(classes, row, strict=True)) for row in answers.probabilities.tolist()]
    shown = replace(answers, probabilities=np.array([tempered(row) for row in named]))
    limits = dict(contract.thresholds)
    if limits and contract.multi_label:  # of the same order of sureness
        shown = shown.at(dict(zip(limits, tempered(limits), strict=True)))
    return replace(found, answers=shown)


def rows_of(found: WindowsOverTime) -> list[Row]:
    """A row for each answered window."""
    classes = found.answers.classes
    spans = [f"{one:.1f}-{one + found.window:.1f} s" for one in found.starts.tolist()]
    shares = found.answers.probabilities.tolist()
    named = [dict(zip(classes, row, strict=True)) for row in shares]
    labels = [max(row, key=row.__getitem__) for row in named]
    return [
        Row(span, Prediction(row, label, row[label]))
        for span, row, label in zip(spans, named, labels, strict=True)
    ]


def shares_table(found: WindowsOverTime, title: str) -> Table:
    """A row for each class: its share of the windows, and its mean probability."""
    table = Table("label", "windows", "share", "mean probability", title=title)
    means = dict(
        zip(found.answers.classes, found.answers.probabilities.mean(axis=0).tolist(), strict=True)
    )
    for label, share in found.shares.items():
        count, mean = round(share * len(found.starts)), means.get(label)
        cells = f"{count:,}", f"{share:.1%}", "" if mean is None else f"{mean:.3f}"
        table.add_row(f"[bold]{shown_name(label)}[/bold]", *cells)
    return table


def certain_table(found: WindowsOverTime, caption: str) -> Table:
    """The most certain windows, none of which overlaps another."""
    table = Table("most certain", "label", "probability", caption=caption)
    names, sure = found.answers.predicted, found.certainty
    for row in found.most_certain():
        table.add_row(found.span(row), shown_name(str(names[row])), f"{sure[row]:.3f}")
    return table


def told_of_windows(found: WindowsOverTime) -> str:
    """How many windows were answered, and why others were not.

    Example:
        >>> from ecgzoo.artifact.answers import Predictions
        >>> one = Predictions(np.array(["a"]), np.array(["a"]), None, np.ones((1, 1)), ("N",))
        >>> print(told_of_windows(WindowsOverTime("a", 25, 10, np.zeros(1), one, {5.0: "gap"})))
        0:00:25.0 in windows of 10 s: 1 answered, 1 left out (gap: 1).
    """
    said = (
        f"{clock(found.seconds)} in windows of {found.window:g} s: {len(found.starts):,} answered"
    )
    if found.left_out:
        counts = found.summary(0)["not_answered"]
        every = ", ".join(f"{why}: {count:,}" for why, count in counts.items())
        said += f", {len(found.left_out):,} left out ({every})"
    return f"{said}."
