"""The command `embed`: what a model makes of records, for whatever comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ecgzoo.cli.answers import shown_name
from ecgzoo.cli.dataset_options import listed
from ecgzoo.cli.options import OtherWindow, OwnRate, OwnUnit, SomeLeads
from ecgzoo.cli.outputs import check_outputs
from ecgzoo.quiet import import_tensorflow


def embed(
    model: Annotated[
        str, typer.Argument(help="A preset, a run's or exported version's folder, or a model.")
    ],
    records: Annotated[
        list[Path], typer.Argument(help="A folder, or files: records of any format, pages.")
    ],
    to: Annotated[Path, typer.Option(help="File to write, .npz.")] = Path("embeddings.npz"),
    sampling_rate: OwnRate = None,
    unit: OwnUnit = None,
    leads: SomeLeads = None,
    seconds: OtherWindow = None,
    skip_unfit: Annotated[
        bool,
        typer.Option("--skip-unfit", help="Leave out what cannot be read, and say so."),
    ] = False,
) -> None:
    """Write the embeddings of records: an array per domain, and `fused`, a row per window.

    The arrays `names` and `records` say which window of which record a row is of.

    Example: [bold]ecgzoo embed hybrid1.ecg_images pages --to embeddings.npz[/bold]

    Example: [bold]ecgzoo embed cnn1d.general watch --leads I --seconds 5[/bold]
    """
    console = Console()
    import_tensorflow()
    import numpy as np

    from ecgzoo.files.atomic import write_atomically
    from ecgzoo.prediction.fit_records import REFUSE, SKIP
    from ecgzoo.prediction.loaded_model import load

    if to.suffix != ".npz":
        raise ValueError(f"expected a file that ends in .npz; got {to}")
    check_outputs(records, to=to)
    asked = records[0] if len(records) == 1 else records
    loaded = load(model, leads=listed(leads), seconds=seconds)
    unfit = SKIP if skip_unfit else REFUSE
    with console.status(f"embedding {shown_name(', '.join(map(str, records[:3])))}"):
        found: dict[str, Any] = loaded.embed(
            asked, sampling_rate=sampling_rate, unit=unit, unfit=unfit
        )
    write_atomically(to, lambda draft: np.savez(draft, **found))
    shapes = ", ".join(
        f"{name} {list(one.shape)}" for name, one in found.items() if one.dtype.kind == "f"
    )
    console.print(f"written: {to} ({shapes})", soft_wrap=True, markup=False, highlight=False)
