"""The command `pretrain`: a model on several data sets at once, to fine-tune from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.cli import options
from ecgzoo.cli.pairs import with_encoders
from ecgzoo.quiet import import_tensorflow

TASKS = ("ptb_xl:all", "ptb_xl:superclass", "cinc2017:rhythm")


def pretrain(
    model: options.ModelName,
    task: Annotated[
        list[str] | None,
        typer.Option(
            help="A prepared data set and one of its label sets, DATA:LABELS; may be repeated.",
            show_default=" ".join(TASKS),
        ),
    ] = None,
    encoder: options.Encoder = None,
    rate: Annotated[float, typer.Option(help="In Hz.")] = 100.0,
    seconds: Annotated[float, typer.Option(help="Length of a window.")] = 10.0,
    steps: Annotated[int, typer.Option(min=1, help="Batches of 64 windows.")] = 8000,
    seed: Annotated[int, typer.Option(help="Of weights, draws, and who is held out.")] = 0,
    to: Annotated[
        Path | None, typer.Option(help="The preset's folder; else runs/pretrained/<model>.")
    ] = None,
    tensorboard: options.TensorBoard = None,
) -> None:
    """Train one model on several data sets at once, each with its own labels, for fine-tuning.

    Records lose leads by chance, so that the model serves any of them. A fifth of each set's
    patients is held out, and the figures are of these. Killed, it goes on where it was.

    Example: [bold]ecgzoo pretrain cnn1d[/bold]

    Example: [bold]ecgzoo pretrain cnn1d --encoder time=conv1d_wide[/bold]

    Example: [bold]ecgzoo pretrain cnn1d --task ptb_xl:superclass --task mine:rhythm[/bold]

    Example: [bold]ecgzoo finetune cnn1d --weights runs/pretrained/cnn1d ...[/bold]
    """
    import_tensorflow()
    from ecgzoo.training.pretraining import Pretraining, read_corpus
    from ecgzoo.training.pretraining import pretrain as train
    from ecgzoo.training.tensorboard import tensorboard as board

    console = Console()
    parts = with_encoders(encoder)
    folder = to or options.RUNS / "pretrained" / model
    with console.status("reading"):
        corpus = read_corpus(task or TASKS, rate, seconds, told=console.print)
    train(
        model,
        corpus,
        folder,
        Pretraining(steps=steps, seed=seed),
        callbacks=[board(tensorboard / "pretrained" / model)] if tensorboard else [],
        told=console.print,
        **parts,
    )
    console.print(f"preset: {folder}   next: ecgzoo finetune {model} --weights {folder} ...")
