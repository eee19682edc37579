"""A page is read: that is said meanwhile, as it may take seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from ecgzoo.quiet import closed_stderr


@contextmanager
def reading(page: Path, console: Console) -> Iterator[None]:
    """Shows that a page is read, without what libjpeg tells of any other kind of file."""
    with console.status(f"reading {escape(str(page))}"), closed_stderr():
        yield
