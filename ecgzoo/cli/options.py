"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from ecgzoo.pages.page_signals import PAGE_SIGNALS
from ecgzoo.registry import list_models

RUNS, EXPORTED = Path("runs"), Path("exported")
SWITCHES = "Switches"  # a panel of their own: beside them, what others do has half of the width


def models_that_begin(with_: str) -> list[str]:
    """Names of models for a shell to complete."""
    return list_models(f"{with_}*")


ModelName = Annotated[
    str, typer.Argument(help="A name of `ecgzoo list`.", autocompletion=models_that_begin)
]
Protocol = Annotated[
    str,
    typer.Option(
        help="'grouped' (leak-free), 'official' (the published split) or 'paper' (random over "
        "copies: leaks)."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of weights, order, dropout, augmentation.")]
FoldSeed = Annotated[int, typer.Option(help="Seed of the split.")]
Signals = Annotated[
    str,
    typer.Option(
        help=" or ".join(f"'{name}' ({one.meaning})" for name, one in PAGE_SIGNALS.items()) + "."
    ),
]
Epochs = Annotated[int, typer.Option(help="Most epochs.")]
DomainDropout = Annotated[
    float, typer.Option(help="How often a record in training loses a domain.")
]
Encoder = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DOMAIN=NAME",
        help="In place of the domain's own, such as time=conv1d_wide; may be repeated.",
    ),
]
LeadDropout = Annotated[float, typer.Option(help="How often augmentation sets a lead to zero.")]
ExportedFolder = Annotated[Path, typer.Option(help="Where the served models lie.")]
SomeLeads = Annotated[
    str | None,
    typer.Option(help="Some of the model's, comma-separated; for records that lack the others."),
]
OtherWindow = Annotated[
    float | None,
    typer.Option(help="Of a window; a model of the time domain alone takes any length."),
]
RunsFolder = Annotated[Path, typer.Option(help="Folder of runs.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that share the runs and the cores.")]
Distribute = Annotated[
    bool,
    typer.Option(
        "--distribute",
        help="Share each batch among all devices, or all processes: docs/scaling.md.",
    ),
]
TensorBoard = Annotated[
    Path | None,
    typer.Option(
        "--tensorboard",
        metavar="DIR",
        help="Write losses and figures of each epoch below it, for `tensorboard --logdir DIR`.",
    ),
]
OwnData = Annotated[
    Path | None,
    typer.Option(help="Folder of records of any format; or a .csv: record, then the leads."),
]
OwnLabels = Annotated[
    Path | None, typer.Option(help="A .csv with the columns record, label and maybe group.")
]
BeamFlags = Annotated[
    str | None,
    typer.Option(
        "--beam-pipeline-options",
        metavar="FLAGS",
        help="Beam's own options, FLAG=VALUE between commas, such as runner=FlinkRunner.",
    ),
]
OwnRate = Annotated[float | None, typer.Option(help="In Hz; for files that do not say it.")]
OwnUnit = Annotated[
    str | None,
    typer.Option(help="mV, uV or V; of files that do not say it; else the model's."),
]


def check_together(data: Path | None, labels: Path | None) -> None:
    """Checks that records of one's own are named with their labels, or not at all.

    Raises:
        ValueError: if one is named without the other.
    """
    if (data is None) != (labels is None):
        raise ValueError("--data and --labels go together: the records, and their classes")


def csv_file(path: Path | None) -> Path | None:
    """The file that a table is to be written to; refused before anything is computed for it.

    Raises:
        ValueError: if it ends otherwise than in ``.csv``.
    """
    if path is not None and path.suffix.lower() != ".csv":
        raise ValueError(f"expected a table that ends in .csv; got {path}")
    return path
