"""A long record asked about block by block, whoever answers, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.windows_over_time import WindowsOverTime, clock
from ecgzoo.client import Contract, Prediction
from ecgzoo.prediction.asked.asked import Asked
from ecgzoo.prediction.long_record import answered
from ecgzoo.prediction.told import Row
from tf_data.open_record import OpenRecord

LONG = 600.0
"""Seconds from which on a record is summed up: nobody reads more rows than ten minutes have."""

SHARE_HEADS = "label", "windows", "share", "mean probability"
CERTAIN_HEADS = "most certain", "label", "probability"


def asked_over_time(
    record: OpenRecord, asked: Asked, progress: Callable[[float], object]
) -> WindowsOverTime:
    """What a model answers for each window.

    Args:
        record: of any length.
        asked: the model.
        progress: is called now and then with how many seconds of the record are answered.
    """
    contract = asked.contract

    def table(names: np.ndarray, of: np.ndarray, shares: np.ndarray) -> Predictions:
        several, classes = contract.multi_label, contract.classes
        found = Predictions(names, of, None, shares, classes, several=several)
        return found.at(contract.thresholds)

    def probabilities(windows: np.ndarray) -> np.ndarray:
        return np.array([list(one.probabilities.values()) for one in asked.signals(windows)])

    return answered(record, asked.spec, probabilities, table, progress)


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


def share_rows(found: WindowsOverTime) -> list[list[str]]:
    """A row for each class, below ``SHARE_HEADS``: its share of the windows, its probability."""
    rows = []
    means = dict(
        zip(found.answers.classes, found.answers.probabilities.mean(axis=0).tolist(), strict=True)
    )
    for label, share in found.shares.items():
        count, mean = round(share * len(found.starts)), means.get(label)
        rows.append([label, f"{count:,}", f"{share:.1%}", "" if mean is None else f"{mean:.3f}"])
    return rows


def certain_rows(found: WindowsOverTime) -> list[list[str]]:
    """The most certain windows, below ``CERTAIN_HEADS``; none overlaps another."""
    names, sure = found.answers.predicted, found.certainty
    return [[found.span(row), str(names[row]), f"{sure[row]:.3f}"] for row in found.most_certain()]


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
