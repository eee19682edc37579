"""The command `describe`: what a model's name stands for."""

from rich.console import Console
from rich.table import Table

from ecgzoo.cli import options
from ecgzoo.quiet import import_tensorflow
from ecgzoo.registry import MODELS


def describe(model: options.ModelName) -> None:
    """Describe one model: its domains, input shapes and parameters.

    Example: [bold]ecgzoo describe hybrid2[/bold]
    """
    MODELS.info(model)  # an unknown name is said at once, without waiting for TensorFlow
    import_tensorflow()
    from ecgzoo.models.build import describe as describe_model

    table = Table(show_header=False)
    for name, value in describe_model(model).items():
        table.add_row(name, _readable(value))
    Console().print(table)


def _readable(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
