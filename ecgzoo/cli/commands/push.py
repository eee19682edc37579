"""The command `push`: a preset or run to the Hugging Face hub."""

from typing import Annotated

import typer
from rich.console import Console

from ecgzoo.cli import options


def push(
    preset: Annotated[
        str, typer.Argument(help="A preset's or model's name, or a run's or preset's folder.")
    ],
    repository: Annotated[str, typer.Argument(help="owner/name; made if there is none.")],
    private: Annotated[
        bool, typer.Option("--private", help="A repository that is made is yours alone to see.")
    ] = False,
    runs: options.RunsFolder = options.RUNS,
) -> None:
    r"""Upload a preset or run to the Hugging Face hub: weights, description and model card.

    Needs huggingface_hub, pip install 'ecgzoo\[hub]', and that `hf auth login` knows you.

    Example: [bold]ecgzoo push runs/grouped-traces-seed0/hybrid1/fold0 me/my-ecgs[/bold]
    """
    from ecgzoo.report.cards.push import push as upload

    handle = upload(preset, repository, private=private, runs=runs)
    Console().print(f"uploaded: {handle}, which ecgzoo.load and --weights take", soft_wrap=True)
