"""The command `report`: one HTML file on finished cross-validations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    pass


Output = Annotated[Path, typer.Option("--to", help="The HTML file to write.")]


REPORT = Path("report.html")


def report(
    runs: Annotated[
        list[Path],
        typer.Argument(help="Folders of cross-validations, one for each protocol: MODEL/foldK."),
    ],
    to: Output = REPORT,
) -> None:
    """Write one HTML file that loads nothing: results, tests, explanations, method.

    Nothing is trained. Sections that are done are kept beside the runs, so a killed report
    goes on where it was.

    Example: [bold]ecgzoo report runs/grouped-traces-seed10 runs/paper-traces-seed10[/bold]
    """
    import_tensorflow()
    import_datasets()
    write_with_bar(runs, to, Console())


def write_with_bar(runs: list[Path], to: Path, console: Console) -> None:
    """Writes the report under a bar that counts its sections."""
    from ecgzoo.report.report import SECTIONS, write_report
    from ecgzoo.report.study.cross_validation import Study

    study = Study.read(runs)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("report", total=len(SECTIONS))
        done = iter(range(len(SECTIONS)))

        def progress(title: str) -> None:
            bar.update(task, description=title, completed=next(done))

        write_report(study, to, progress)
        bar.update(task, description="report", completed=len(SECTIONS))
    console.print(f"written: {to}")
