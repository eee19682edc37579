"""The command `train-digitiser`: the networks that read pages, from drawn ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from ecgzoo.quiet import import_tensorflow

WORK = Path("runs/digitiser")


def train_digitiser(
    records: Annotated[Path, typer.Argument(help="A folder of twelve-lead records of 10 s.")],
    network: Annotated[
        list[str] | None, typer.Option(help="'print' or 'row'; both by default. May be repeated.")
    ] = None,
    examples: Annotated[int, typer.Option(min=2, help="Sheets that are drawn.")] = 450,
    epochs: Annotated[int, typer.Option(min=1, help="Of 100 batches each.")] = 40,
    leave_out: Annotated[
        Path | None, typer.Option(help="A text file: names of records not to use, a line each.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of sheets, first weights and crops.")] = 0,
    start: Annotated[
        Path | None,
        typer.Option(help="A folder of weights to go on from, as ecgzoo/pages/networks."),
    ] = None,
    work: Annotated[
        Path, typer.Option(help="Where sheets (5 MB each), states and weights are kept.")
    ] = WORK,
) -> None:
    """Train the networks that `digitise` reads other layouts with.

    Sheets are drawn from the records by lot: layouts, printers, paper, folds, light and cameras.
    Killed, it goes on where it was. The weights that ship lie in ecgzoo/pages/networks.

    Example: [bold]ecgzoo train-digitiser ptbxl/records500[/bold]

    Example: [bold]ecgzoo train-digitiser ptbxl/records500 --network row --epochs 80[/bold]

    Example: [bold]ecgzoo train-digitiser ptbxl/records500 --start ecgzoo/pages/networks[/bold]
    """
    import_tensorflow()
    from ecgzoo.training.page_networks.example_files import draw_examples
    from ecgzoo.training.page_networks.learning import PAGE_NETWORKS, check_start, learn

    asked = network or list(PAGE_NETWORKS)
    if unknown := set(asked) - set(PAGE_NETWORKS):
        known = " or ".join(PAGE_NETWORKS)
        raise ValueError(f"expected --network {known}; got {', '.join(sorted(unknown))}")
    if start:
        check_start(asked, start)
    console = Console(stderr=True)
    drawn = draw_examples(_records(records, leave_out), work / "examples", examples, seed)
    files = list(track(drawn, "drawing sheets", examples, console=console))
    for name in asked:
        console.print(f"the {name} network")
        path = learn(name, files, work, epochs, seed, start)
        Console().print(f"written: {path}", soft_wrap=True, markup=False, highlight=False)


def _records(folder: Path, leave_out: Path | None) -> list[Path]:
    """The records of a folder and of those in it."""
    from tf_data.formats.formats import records_in

    unwanted = set(leave_out.read_text().split()) if leave_out else set()
    folders = [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]
    found = [record for one in folders for record in records_in(one)]
    return [record for record in found if record.stem not in unwanted]
