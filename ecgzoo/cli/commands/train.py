"""The command `train`: one model on one fold."""

from __future__ import annotations

import contextlib
import shlex
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.cli import dataset_options as given
from ecgzoo.cli import options
from ecgzoo.cli.pairs import changes, with_encoders
from ecgzoo.pages.page_signals import TRACES
from ecgzoo.quiet import import_tensorflow


@given.takes_records
def train(
    model: options.ModelName,
    source: given.Source,
    protocol: options.Protocol = "grouped",
    fold: Annotated[int, typer.Option(help="Which fold is the test part.")] = 0,
    folds: Annotated[int, typer.Option(help="Number of folds.")] = 5,
    fold_seed: options.FoldSeed = 0,
    seed: options.Seed = 0,
    encoder: options.Encoder = None,
    dropout: Annotated[
        float | None, typer.Option(help="Of the classifier, before and after its dense layer.")
    ] = None,
    signals: options.Signals = TRACES,
    oversampling: Annotated[
        str, typer.Option(help="'none', 'random', 'square_root' or 'adasyn'.")
    ] = "random",
    augmentation: Annotated[
        bool, typer.Option(help="Shift, scale and noise.", rich_help_panel=options.SWITCHES)
    ] = True,
    change: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=NUMBER",
            help="Another bound of the augmentation, such as stretch=0.1; may be repeated.",
        ),
    ] = None,
    domain_dropout: options.DomainDropout = 0.0,
    lead_dropout: options.LeadDropout = 0.1,
    mixup: Annotated[float, typer.Option(help="Blending of records; 0 for none.")] = 0.3,
    epochs: options.Epochs = 30,
    patience: Annotated[int, typer.Option(help="Epochs without gain before it stops.")] = 15,
    final: Annotated[
        bool, typer.Option("--final", help="Fit on all records, with no test part, for a preset.")
    ] = False,
    deterministic: Annotated[
        bool,
        typer.Option(help="The same bits each time; slower.", rich_help_panel=options.SWITCHES),
    ] = False,
    device: Annotated[
        str, typer.Option(help="Where domains are computed: 'cpu' or 'accelerator'.")
    ] = "cpu",
    distribute: options.Distribute = False,
    tensorboard: options.TensorBoard = None,
    runs: options.RunsFolder = options.RUNS,
) -> None:
    """Train one model on one fold; the same command goes on where a killed run was.

    Example: [bold]ecgzoo train hybrid1 --protocol grouped --fold 0[/bold]

    Example: [bold]ecgzoo train hybrid1 --dataset ptb_xl --labels superclass --leads I,II[/bold]

    Example: [bold]ecgzoo train hybrid1 --data FOLDER --labels labels.csv --rename ECG=I[/bold]

    Example: [bold]ecgzoo train cnn1d --dataset cinc2017 --encoder time=conv1d_deep[/bold]

    Example: [bold]ecgzoo train hybrid1 --dataset ptb_xl --distribute[/bold]
    """
    import_tensorflow()
    from ecgzoo.cli.devices import all_devices
    from ecgzoo.cli.tables import class_counts_table, metrics_table
    from ecgzoo.training.devices import Devices
    from ecgzoo.training.fit import fit
    from ecgzoo.training.recipe import Recipe
    from ecgzoo.training.run import Run
    from ecgzoo.training.tensorboard import tensorboard as board

    recipe = Recipe(
        **{"protocol": protocol, **source},
        model=model,
        options=with_encoders(encoder),
        head={} if dropout is None else {"dropout": dropout},
        signals=signals,
        folds=folds,
        fold=fold,
        fold_seed=fold_seed,
        seed=seed,
        oversampling=oversampling,
        augmentation=augmentation,
        changes=changes(change),
        mixup=mixup,
        domain_dropout=domain_dropout,
        lead_dropout=lead_dropout,
        epochs=epochs,
        patience=patience,
        final=final,
        deterministic=deterministic,
        device=device,
    )
    run = Run(runs / recipe.run_name)
    callbacks = [board(tensorboard / recipe.run_name)] if tensorboard else []
    console = Console()
    with all_devices(console) if distribute else contextlib.nullcontext(Devices()) as devices:
        if devices.leads:
            run.check(recipe)
            if run.finished:
                console.print(f"{run.folder} is finished already; remove it to train again")
        # Keras' bar moves only in a terminal: a file would hold each of its steps.
        verbose = "auto" if console.is_terminal else 2
        fit(recipe, run.folder, verbose=verbose, callbacks=callbacks)
    if not devices.leads:
        return
    if oversampling != "none":
        console.print(class_counts_table(run))
    if not final:
        console.print(metrics_table(run.metrics(), str(run.folder)))
    following = f"run: {run.folder}   next: ecgzoo export {shlex.quote(str(run.folder))}"
    console.print(following, soft_wrap=True, markup=False, highlight=False)  # to be copied
