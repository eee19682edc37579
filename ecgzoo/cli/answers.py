"""Answers as the terminal shows them: a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Column, Table

from ecgzoo.client.refusals import printable
from ecgzoo.prediction.told import Told, caption_of, title_of

WIDEST = 5  # classes that stand side by side in a terminal of 80 columns
SHOWN = 12  # of more classes, the most probable ones, and all that reach their thresholds


def table(told: Told) -> Table:
    """A row per window, and one overall; of many classes a row per class, overall."""
    if len(told.overall.answer.probabilities) > WIDEST:
        return _by_class(told)
    contract = told.contract
    heads = ["window", "label", *map(shown_name, told.overall.answer.probabilities)]
    heads += ["above threshold"] if contract.thresholds else []
    columns = (Column(head, overflow="fold") for head in heads)  # long names are not cut
    table = Table(*columns, title=escape(title_of(told)), caption=escape(caption_of(told)))
    for row in [*told.rows, told.overall] if len(told.rows) > 1 else told.rows:
        shares = (f"{share:.3f}" for share in told.shown(row).probabilities.values())
        above = shown_name(", ".join(contract.above_thresholds(row.answer)) or "none")
        limits = [above] if contract.thresholds else []
        table.add_row(row.span, f"[bold]{shown_name(row.answer.label)}[/bold]", *shares, *limits)
    return table


def _by_class(told: Told) -> Table:
    """The most probable classes and those above their thresholds, the most probable first."""
    every = sorted(told.shown(told.overall).probabilities.items(), key=lambda one: -one[1])
    above = told.contract.above_thresholds(told.overall.answer)
    shares = [one for place, one in enumerate(every) if place < SHOWN or one[0] in above]
    left_out = [one for one in every if one not in shares]
    caption = "\n".join([escape(caption_of(told)), *_left_out(told, left_out)])
    table = Table("class", "probability", title=escape(title_of(told)), caption=caption)
    if told.contract.thresholds:
        table.add_column("above threshold")
    for name, share in shares:
        limits = ["yes" if name in above else ""] if told.contract.thresholds else []
        table.add_row(shown_name(name), f"{share:.3f}", *limits)
    return table


def _left_out(told: Told, shares: Sequence[tuple[str, float]]) -> list[str]:
    """What a table of classes does not show, and what does."""
    said = []
    if len(told.rows) > 1:
        said.append(f"The mean of {len(told.rows)} windows: --json has each.")
    if shares:
        said.append(f"{len(shares)} more classes, each below {shares[0][1]:.3f}: --json has all.")
    return said


def shown_name(name: str) -> str:
    """A name from elsewhere, whose brackets and control characters are no commands here."""
    return escape(printable(name))
