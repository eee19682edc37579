"""The command `missing`: what each missing domain and each missing group of leads costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    pass


def missing(
    runs: Annotated[list[Path], typer.Argument(help="Folders of one model's finished folds each.")],
    to: Annotated[
        Path | None, typer.Option(help="File of the table, .md; a .json is written beside it.")
    ] = None,
) -> None:
    """Show out-of-fold macro F1 with each domain masked, and with groups of leads absent.

    Of several labels at once it is the macro AUC. Nothing is trained again. Name several folders
    to see with and without dropout in training.

    Example: [bold]ecgzoo missing runs/grouped-traces-seed0/hybrid2[/bold]
    """
    import_tensorflow()
    import_datasets()
    from ecgzoo.files.atomic import write_atomically, write_json
    from ecgzoo.report.study.headline import SHOWN
    from ecgzoo.report.study.missing import dropouts, everything, missing_markdown
    from ecgzoo.report.study.missing import missing as measure

    console, found = Console(), []
    for folder in runs:
        with console.status(f"asking the models of {folder}"):
            found.append(measure(folder))
    shown = " or ".join(dict.fromkeys(SHOWN[one.metric] for one in found))
    table = Table("missing", title=f"out-of-fold {shown}, 95% interval", box=SIMPLE_HEAD)
    for one in found:
        table.add_column(f"{one.folder.name}: {dropouts(one.recipe)}")
    for what in everything(found):
        table.add_row(what, *(str(one.f1.get(what, "")) for one in found))
    console.print(table)
    results = to or runs[0].with_name(f"missing-{runs[0].name}.md")
    text = missing_markdown(found)
    write_atomically(results, lambda draft: draft.write_text(text, encoding="utf-8"))
    write_json(results.with_suffix(".json"), [one.to_dict() for one in found])
    console.print(f"written: {results}")
