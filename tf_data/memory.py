"""Records that were given from Python, of which a run keeps the digest alone."""

from typing import NoReturn

from ecgzoo.errors import DatasetNotFoundError


def load_memory(digest: str = "") -> NoReturn:
    """Says that the records have to be given again.

    Raises:
        DatasetNotFoundError: always.

    Example:
        >>> load_memory("ab12cd34")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.DatasetNotFoundError: this run was trained on records given from Python \
(digest ab12cd34), which cannot be loaded by a name: pass them again, as dataset=.
    """
    raise DatasetNotFoundError(
        f"this run was trained on records given from Python (digest {digest}), which cannot be "
        "loaded by a name: pass them again, as dataset=."
    )
