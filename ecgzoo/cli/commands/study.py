"""The command `study`: what a second and a third domain add, on several data sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ecgzoo.cli import options
from ecgzoo.cli.cross_validation import train_with_bar
from ecgzoo.cli.dataset_options import listed
from ecgzoo.cli.tables import console_of
from ecgzoo.processes import share_cores
from ecgzoo.quiet import import_datasets, import_tensorflow

if TYPE_CHECKING:
    from ecgzoo.report.study.domain_gain import DomainGain

SETS = "ecg_images,heart_sounds,ptb_xl,mit_bih,cinc2017"


def study(
    datasets: Annotated[
        str,
        typer.Option(
            help="Comma-separated; each prepared before.", show_default=SETS.replace(",", ", ")
        ),
    ] = SETS,
    repetitions: Annotated[
        int, typer.Option(min=2, help="Each with other folds and other weights.")
    ] = 3,
    fold_seed: Annotated[int, typer.Option(help="Of the first repetition.")] = 10,
    epochs: Annotated[
        int | None, typer.Option(help="Most epochs.", show_default="each data set's own")
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(help="grouped, official or paper.", show_default="each data set's own"),
    ] = None,
    jobs: options.Jobs = 1,
    runs: options.RunsFolder = options.RUNS,
    to: Annotated[Path, typer.Option(help="Folder of the tables and the picture.")] = Path("study"),
) -> None:
    """Ask on several data sets what a second and a third domain add: the paper's open question.

    The five models are cross-validated several times on each set. What is trained already is
    kept, so a killed study goes on where it was. What is found of a set is a file of the folder,
    and the tables and the picture are of all that it holds: sets can be added one by one.

    Example: [bold]ecgzoo study --datasets ecg_images,ptb_xl --jobs 2[/bold]
    """
    share_cores(jobs)
    import_tensorflow()
    import_datasets()
    from ecgzoo.report.study.domain_gain import domain_gain
    from ecgzoo.report.study.domain_gain_folder import NAME, write_domain_gain
    from ecgzoo.report.study.study_plan import base_recipe, plan
    from tf_data import load

    chosen: dict[str, Any] = {"fold_seed": fold_seed}
    if epochs is not None:
        chosen |= {"epochs": epochs, "patience": epochs}
    if protocol is not None:
        chosen |= {"protocol": protocol}
    bases = [base_recipe(name, **chosen) for name in listed(datasets) or ()]
    console = console_of(100)
    for base in bases:
        console.print(f"[bold]{base.source}[/bold]")
        with console.status(f"loading {base.dataset}"):
            records = load(base.dataset, **base.dataset_options)
        train_with_bar(plan(base, repetitions), runs, console, jobs, records)
        with console.status("comparing"):
            found = domain_gain(base, repetitions, runs, records)
        _show(found, console)
        write_domain_gain(found, to)
    console.print(f"written: {to}/{NAME}.md, .png, .svg, and a .json file per data set")


def _show(one: DomainGain, console: Console) -> None:
    from ecgzoo.evaluation.results import p_short
    from ecgzoo.report.study.domain_gain_tables import caption
    from ecgzoo.report.study.headline import SHOWN

    models = Table("model", SHOWN[one.metric], "spread", title=caption(one), box=SIMPLE_HEAD)
    for model, figure in one.models.items():
        models.add_row(model, str(figure), f"{figure.spread:.3f}")
    gains = Table("difference", "95% interval", "p", "Holm", box=SIMPLE_HEAD)
    for gain in one.gains:
        difference = gain.difference
        shown = [difference.interval, p_short(difference.p_value), p_short(gain.corrected)]
        gains.add_row(f"{gain.model} - {gain.without}", *shown)
    console.print(models, gains)
