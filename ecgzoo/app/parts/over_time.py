"""A long record: its windows by class, the most certain ones, and a strip over time."""

from __future__ import annotations

from ecgzoo.app.files_in_memory import laid_out
from ecgzoo.app.parts.read import link
from ecgzoo.artifact.windows_over_time import WindowsOverTime
from ecgzoo.prediction.asked import Asked
from ecgzoo.prediction.over_time import (
    CERTAIN_HEADS,
    SHARE_HEADS,
    certain_rows,
    share_rows,
    told_of_windows,
)
from ecgzoo.report.html.elements import drawing, paragraph, table
from ecgzoo.report.timeline_figure import timeline_figure


def over_time_html(found: WindowsOverTime, asked: Asked) -> str:
    """What ``ecgzoo predict`` sums up of a long record, and all windows to save."""
    title = f"{found.record} by {asked.contract.model}"
    with laid_out({}) as folder:
        found.write(folder / "windows.csv")
        windows = link("windows.csv", (folder / "windows.csv").read_bytes())
    return "".join(
        [
            paragraph(told_of_windows(found), "verdict"),
            table(SHARE_HEADS, share_rows(found), "Windows by label"),
            drawing("strip", lambda: timeline_figure(found, title), f"{title}, over time", ""),
            table(CERTAIN_HEADS, certain_rows(found), "The most certain windows"),
            f"<p>All windows, to save: {windows}</p>",
        ]
    )
