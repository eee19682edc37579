"""Several files: a line for each, and the same as a table to save."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

from ecgzoo.app.parts.read import link
from ecgzoo.prediction.told import Told
from ecgzoo.report.html.elements import scrolled

NAME = "Answers, a file each"
HEADS = "file", "label", "probability", "above threshold"


@dataclass(frozen=True)
class Line:
    """What came of a file.

    Attributes:
        file: its name.
        told: its answers; None where there are none.
        error: why.
    """

    file: str
    told: Told | None
    error: str = ""


def several_html(lines: Sequence[Line]) -> str:
    """A table whose names open what is known of each file.

    Args:
        lines: a file each.
    """
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(map(_row, lines))
    return f"<p>All probabilities, to save: {link('answers.csv', _csv(lines))}</p>" + scrolled(
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>", NAME
    )


def _row(line: Line) -> str:
    name = html.escape(line.file)
    head = f'<th scope="row"><button type="button" data-show="{name}">{name}</button></th>'
    if line.told is None:
        return f'<tr>{head}<td colspan="3" class="text warning">{html.escape(line.error)}</td></tr>'
    answer = line.told.overall.answer
    above = ", ".join(line.told.contract.above_thresholds(answer)) or "none"
    cells = (answer.label, f"{answer.score:.3f}", above)
    return f"<tr>{head}{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _csv(lines: Sequence[Line]) -> bytes:
    """All probabilities, in full, and the sentence of each file that was refused."""
    classes = next((tuple(one.told.overall.answer.probabilities) for one in lines if one.told), ())
    stream = io.StringIO()
    rows = csv.writer(stream)
    rows.writerow(["file", "label", *classes, "above_thresholds", "windows", "error"])
    for line in lines:
        if line.told is None:
            rows.writerow([line.file, "", *[""] * len(classes), "", "", line.error])
            continue
        answer = line.told.overall.answer
        above = "|".join(line.told.contract.above_thresholds(answer))
        shares = answer.probabilities.values()
        rows.writerow([line.file, answer.label, *shares, above, len(line.told.rows), ""])
    return stream.getvalue().encode()
