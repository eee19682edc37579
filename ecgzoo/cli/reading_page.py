"""A page is read: that is said meanwhile, as it may take seconds, and what it does not take."""

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


def check_of_page(page: Path, **options: object) -> None:
    """Checks that a page is asked about without options that only a record heeds.

    Args:
        page: for the message.
        options: what was given for each; None where nothing was.

    Raises:
        ValueError: if one was given.

    Example:
        >>> check_of_page(Path("scan.png"), unit=None)
        >>> check_of_page(Path("scan.png"), unit="uV", sampling_rate=500)
        Traceback (most recent call last):
        ...
        ValueError: expected no --unit, --sampling-rate, which are of records: scan.png is a page; \
leave them out
    """
    given = [f"--{name.replace('_', '-')}" for name, one in options.items() if one is not None]
    if given:
        raise ValueError(
            f"expected no {', '.join(given)}, which {'are' if given[1:] else 'is'} of records: "
            f"{page.name} is a page; leave {'them' if given[1:] else 'it'} out"
        )
