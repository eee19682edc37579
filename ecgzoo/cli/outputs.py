"""What a command writes is never what it reads."""

from collections.abc import Iterable
from pathlib import Path


def check_outputs(inputs: Iterable[Path], **options: Path | None) -> None:
    """Checks that nothing is written over what is read, before anything is read.

    Args:
        inputs: the files that are read.
        options: what is to be written, by the option that names it; None where nothing is.

    Raises:
        ValueError: if an option names one of the inputs, by whatever path.

    Example:
        >>> check_outputs([Path("scan.png")], to=Path("leads.csv"), picture=None)
    """
    there = {name: path for name, path in options.items() if path is not None and path.exists()}
    if not there:
        return
    for file in filter(Path.exists, inputs):
        for name, path in there.items():
            if path.samefile(file):
                raise ValueError(
                    f"expected another file for --{name} than {file}, which is read and would be "
                    "lost: name a new one"
                )
