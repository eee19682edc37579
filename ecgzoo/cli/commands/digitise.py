"""The command `digitise`: a printed page, scanned or photographed, into leads in millivolts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.cli.answers import shown_name
from ecgzoo.cli.outputs import check_outputs
from ecgzoo.cli.reading_page import reading
from ecgzoo.cli.tables import console_of
from ecgzoo.pages.arrangement.printing import Printing
from ecgzoo.quiet import import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.pages.digitised_page import DigitisedPage


def digitise(
    page: Annotated[
        Path, typer.Argument(help="JPEG, PNG, TIFF, BMP, WebP, HEIC, or a PDF of one page.")
    ],
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
    layout: Annotated[
        str | None, typer.Option(help="If known: 3x4, 6x2, 12x1, '3x4 Cabrera', ...")
    ] = None,
    gain: Annotated[float | None, typer.Option(help="If known, in mm/mV.")] = None,
    speed: Annotated[float | None, typer.Option(help="If known, in mm/s; else 25.")] = None,
) -> None:
    """Read the leads of a printed page, in millivolts, off a file, a scan or a photograph of it.

    The layout is found by the names of the leads, the scale by the grid, the gain by calibration
    pulses; what was assumed is said. A lead whose expected error is above .1 mV is marked.

    Example: [bold]ecgzoo digitise scan.jpg --to leads.csv --picture traced.png[/bold]

    Example: [bold]ecgzoo digitise scan.jpg --layout 6x2 --gain 20 --speed 50[/bold]
    """
    from ecgzoo.prediction.lead_files import check_lead_file, write_leads
    from ecgzoo.prediction.records import check_there
    from ecgzoo.report.saved_figure import check_ending

    console = Console()
    printing = Printing(layout, gain, speed)
    check_there(page)
    check_outputs([page], to=to, picture=picture)
    if to is not None:
        check_lead_file(to)
    if picture is not None:
        check_ending(picture)
    import_tensorflow()
    from ecgzoo.pages.digitised_page import digitise as read

    with reading(page, console):
        found = read(page, printing)
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
    """A row per lead."""
    from ecgzoo.pages.digitised_page import lead_figures

    heads, rows = lead_figures(found)
    table = Table(heads[0], title=shown_name(f"{page.name}: {found}"))
    for head in heads[1:]:
        table.add_column(head, justify="right")
    for *cells, last in rows:
        table.add_row(*cells, f"[yellow]{last}[/]" if last.endswith("doubtful") else last)
    return table
