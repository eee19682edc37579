"""The tables of trials, in markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trials.lines import HELD, LINES, Line
from trials.scoring import MARGIN, Answers

KINDS = ("ema", "ema_tta")


def trials_table(answers: Answers) -> str:
    """A line per trial: figures, difference to its reference, and what averaging would add."""
    header = [
        "trial", "what", "why", "macro F1 +- sd", "95% interval", "accuracy",
        "minus reference (95%)", "EMA", "EMA, shifts",
    ]  # fmt: skip
    return _markdown(header, [_cells(answers, line) for line in LINES])


def held_table(answers: Answers) -> str:
    """hybrid2 in each way minus hybrid1, with the test of non-inferiority."""
    rows = []
    for trial, reference in HELD:
        found = answers.difference((trial, "last"), (reference, "last"), level=0.90)
        interval = f"{found.low:+.3f} to {found.high:+.3f}"
        p_value = f"{found.p_value:.4f}"
        rows.append(
            [f"{trial} - {reference}", f"{found.estimate:+.3f}", interval, p_value, found.verdict]
        )
    header = ["", "macro F1", "90% interval", f"p of -{MARGIN:g} or worse", "verdict"]
    return _markdown(header, rows)


def _cells(answers: Answers, line: Line) -> list[str]:
    figures = answers.figures(line.trial, line.kind).overall
    f1, accuracy = figures["macro_f1"], figures["accuracy"].mean.estimate
    added = [_added(answers, line, kind) if line.kind == "last" else "" for kind in KINDS]
    return [
        line.trial,
        line.what,
        line.why,
        f"{f1.mean.estimate:.3f} +- {f1.spread:.3f}",
        f"{f1.mean.low:.3f} to {f1.mean.high:.3f}",
        f"{accuracy:.3f}",
        _difference(answers, line),
        *added,
    ]


def _difference(answers: Answers, line: Line) -> str:
    if line.reference is None:
        return ""
    found = answers.difference((line.trial, line.kind), (line.reference, "last"))
    return f"{line.reference}: {found.estimate:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _added(answers: Answers, line: Line, kind: str) -> str:
    """Macro F1 of another kind of answer minus that of the last weights."""
    found = answers.difference((line.trial, kind), (line.trial, "last"))
    return f"{found.estimate:+.3f}"


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
