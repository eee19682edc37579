"""The command `verify`: whether a version is as it was exported."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecgzoo.quiet import import_tensorflow


def verify(
    version: Annotated[Path, typer.Argument(help="Folder of an exported version.")],
    public_key: Annotated[
        Path | None, typer.Option(help="Elliptic-curve key (PEM): who must have signed it.")
    ] = None,
) -> None:
    """Check a version: no file changed, the same signatures, and the recorded answers again.

    Example: [bold]ecgzoo verify exported/hybrid1/3 --public-key public.pem[/bold]
    """
    import_tensorflow()
    from ecgzoo.exporting.saved_model.verification import check_version

    console = Console()
    table = Table("check", "result", title=f"{version.parent.name} {version.name}")
    with console.status("asking it in a fresh process"):
        checks = list(check_version(version, public_key))
    for check in checks:
        table.add_row(check.name, "[red]differs[/red]" if check.problems else "ok")
    console.print(table)
    for check in checks:
        for problem in check.problems:
            typer.secho(f"{check.name}: {problem}", fg="red", err=True)
    if any(check.problems for check in checks):
        raise typer.Exit(1)
