"""The command `evaluate-pages`: how well pages are read whose printed signal is known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from ecgzoo.cli.answers import shown_name
from ecgzoo.cli.options import csv_file
from ecgzoo.cli.outputs import check_outputs
from ecgzoo.cli.tables import console_of
from ecgzoo.quiet import closed_stderr, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.prediction.page_evaluation import PageResult


def evaluate_pages(
    manifest: Annotated[
        Path, typer.Argument(help="A CSV with columns image, truth, hz, and maybe degradation.")
    ],
    to: Annotated[
        Path | None, typer.Option(callback=csv_file, help="Write a line per page to this CSV.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(help="Draw each lead's error over the expected one, and the ROC: .png, .svg."),
    ] = None,
) -> None:
    """Digitise pages and compare them with what is printed on them: answered, and SNR in dB.

    Of each lead the best lag up to .2 s and the best offset are taken; the leads of a page are
    pooled. A truth is an .npz whose microvolts are int16 [samples, 12], -32768 where nothing is
    printed. Leads that are far off are counted, and how many of them are marked as doubtful.

    Example: [bold]ecgzoo evaluate-pages pages/manifest.csv --to results.csv[/bold]

    Example: [bold]ecgzoo evaluate-pages pages/manifest.csv --picture trust.png[/bold]
    """
    import_tensorflow()
    import pandas as pd

    from ecgzoo.files.atomic import write_atomically
    from ecgzoo.pages.digitised_page import DOUBTFUL
    from ecgzoo.prediction.page_evaluation import evaluate_pages as each_page
    from ecgzoo.prediction.page_evaluation import files_of, read_manifest
    from ecgzoo.report.saved_figure import check_ending
    from ecgzoo.report.trust_figure import draw_trust

    if picture is not None:
        check_ending(picture)
    check_outputs(files_of(manifest), to=to, picture=picture)
    console, count = Console(stderr=True), len(read_manifest(manifest))
    with closed_stderr():
        results = list(track(each_page(manifest), "reading", count, console=console))
    console_of(100).print(_table(results))
    errors = [one for result in results for one in result.errors.values()]
    if errors:
        Console().print(_marked(errors, DOUBTFUL), highlight=False)
    if picture is not None:
        draw_trust(errors, DOUBTFUL, picture)
    if to is not None:
        apart = {"leads": None, "errors": None}
        lines = [{**vars(one), **apart, **one.leads} for one in results]
        table = pd.DataFrame(lines).drop(columns=list(apart)).round(2)
        write_atomically(to, lambda draft: table.to_csv(draft, index=False))
        Console().print(f"written: {to}", soft_wrap=True, markup=False, highlight=False)


def _marked(errors: list[tuple[float, float]], doubtful: float) -> str:
    """How many leads are far off, of how many that was said, and how well it can be told."""
    from ecgzoo.evaluation.digitisation import accepting

    off = [expected for expected, found in errors if found > doubtful]
    marked = sum(expected > doubtful for expected in off)
    told = (
        f"{len(off)} of {len(errors)} leads whose error was estimated are more than "
        f"{doubtful:g} mV off; {marked} of these are marked as doubtful."
    )
    area = accepting(errors, doubtful).area
    if math.isnan(area):
        return told
    return f"{told} By the expected error they are told from the others with an AUC of {area:.3f}."


def _table(results: list[PageResult]) -> Table:
    """A line for each way of degrading, and one for all."""
    table = Table("pages", title="Pages read, against what is printed")
    for column in ("answered", "median SNR, dB", "least", "seconds a page"):
        table.add_column(column, justify="right")
    kinds = list(dict.fromkeys(one.kind for one in results))
    for kind in [*kinds, None] if len(kinds) > 1 else [None]:
        table.add_row(*_line([one for one in results if kind in (None, one.kind)], kind or "all"))
    return table


def _line(results: list[PageResult], name: str) -> list[str]:
    import numpy as np

    found = [one.decibels for one in results if one.decibels is not None]
    seconds = f"{np.median([one.seconds for one in results]):.1f}"
    answered = f"{len(found)} of {len(results)}"
    if not found:
        return [shown_name(name), answered, "", "", seconds]
    return [shown_name(name), answered, f"{np.median(found):.1f}", f"{min(found):.1f}", seconds]
