"""The answer: a bar for each class, with its threshold, as the model says it and calibrated."""

from __future__ import annotations

import html
from dataclasses import replace

from ecgzoo.prediction.told import Told, caption_of, title_of
from ecgzoo.report.html.elements import paragraph, scrolled, table

IN_ORDER = 8  # classes that stand in the model's order; of more the most probable is first


def answer_html(told: Told) -> str:
    """The answers for a file: overall, and window by window where there are several."""
    overall = told.overall.answer
    above = ", ".join(told.contract.above_thresholds(overall))
    said = f"Most probable: {overall.label} ({overall.score:.1%})."
    if told.contract.thresholds:
        said += f" At or above its threshold: {above or 'none'}."
    return "".join(
        [
            paragraph(title_of(told), "quiet"),
            paragraph(said, "verdict"),
            _bars(told),
            *(paragraph(line, "quiet") for line in caption_of(_calibrated(told)).splitlines()),
            _windows(told),
        ]
    )


def _calibrated(told: Told) -> Told:
    """With the temperature, where one was fitted and is not in the answers already."""
    contract = told.contract
    missing = "temperature" in contract.fitted and "temperature" not in contract.applied
    return replace(told, calibrated=missing)


def _bars(told: Told) -> str:
    """A table, whose figures are those of ``ecgzoo predict``."""
    warm = _calibrated(told)
    heads = ["class", "probability", *(["calibrated"] if warm.calibrated else [])]
    limits = told.contract.thresholds
    shares = list(told.overall.answer.probabilities.items())
    if len(shares) > IN_ORDER:
        shares.sort(key=lambda one: -one[1])
    rows = [
        (
            name,
            [_bar(share, limits.get(name))]
            + ([_bar(warm.shown(warm.overall).probabilities[name])] if warm.calibrated else []),
        )
        for name, share in shares
    ]
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    lines = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>{"".join(cells)}</tr>' for name, cells in rows
    )
    inside = f'<table class="bars"><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>'
    return scrolled(inside, "Probabilities")


def _bar(share: float, limit: float | None = None) -> str:
    mark = "" if limit is None else f'<i style="left:{limit:.1%}"></i>'
    said = "" if limit is None else f" <small>threshold {limit:.3f}</small>"
    bar = f'<span class="bar" aria-hidden="true"><b style="width:{share:.1%}"></b>{mark}</span>'
    return f"<td>{bar}{share:.3f}{said}</td>"


def _windows(told: Told) -> str:
    if len(told.rows) < 2:
        return ""
    heads = ["window", "label", *told.overall.answer.probabilities]
    rows = [
        [row.span, row.answer.label, *(f"{one:.3f}" for one in row.answer.probabilities.values())]
        for row in told.rows
    ]
    shown = table(heads, rows, f"{len(rows)} windows, which overlap; above is their mean")
    return f"<details><summary>Window by window</summary>{shown}</details>"
