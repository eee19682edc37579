"""The command `digitise`: a printed page, scanned or photographed, into leads in millivolts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.quiet import closed_stderr, import_tensorflow
from ecgzoo.cli.tables import console_of

if TYPE_CHECKING:
    from ecgzoo.pages.digitised_page import DigitisedPage

DOUBTFUL = 0.1  # mV of expected error


def digitise(
    page: Annotated[Path, typer.Argument(help="JPEG, PNG, TIFF, BMP or WebP.")],
    to: Annotated[
        Path | None, typer.Option(help="The leads in mV: a .csv, .parquet or .hea file.")
    ] = None,
    as_printed: Annotated[
        bool,
        typer.Option(
            "--as-printed",
            help="Ten seconds, each lead when it is printed; else all from their first sample.",
        ),
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help="A .png of the page with its trace drawn over it.")
    ] = None,
) -> None:
    """Read the leads of a printed page, in millivolts, off a file, a scan or a photograph of it.

    The layout is found by the names of the leads, the scale by the grid, the gain by calibration
    pulses; what was assumed is said. A lead whose expected error is above .1 mV is marked.

    Example: [bold]ecgzoo digitise scan.jpg --to leads.csv --picture traced.png[/bold]
    """
    console = Console()
    import_tensorflow()
    from ecgzoo.pages.digitised_page import digitise as read
    from ecgzoo.prediction.lead_files import write_leads

    with console.status(f"reading {page}"), closed_stderr():  # libjpeg tells of any other kind
        found = read(page)
    console_of(100).print(_table(found, page))
    written = []
    if to is not None:
        write_leads(found.printed if as_printed else found.traced.signal, found.traced.spec, to)
        written.append(to)
    if picture is not None:
        from ecgzoo.report.traced_page_figure import draw_traced_page

        draw_traced_page(page, found, picture)
        written.append(picture)
    for path in written:
        console.print(f"written: {path}", soft_wrap=True, markup=False, highlight=False)


def _table(found: DigitisedPage, page: Path) -> Table:
    """Each lead's range, how much of it was not seen, and its expected error."""
    traced = found.traced
    table = Table("lead", title=f"{page.name}: {found}")
    columns = ["least, mV", "most, mV", "unseen, ms"]
    for column in columns if traced.error is None else [*columns, "error, mV"]:
        table.add_column(column, justify="right")
    for place, lead in enumerate(traced.spec.leads):
        signal = traced.signal[:, place]
        unseen = 1000 * traced.unseen[place] / traced.spec.sampling_rate
        cells = [lead, f"{signal.min():.2f}", f"{signal.max():.2f}", f"{unseen:.0f}"]
        if traced.error is not None:
            error = traced.error[place]
            cells.append(f"[yellow]{error:.2f} doubtful[/]" if error > DOUBTFUL else f"{error:.2f}")
        table.add_row(*cells)
    return table
