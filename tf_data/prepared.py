"""Prepared: opens and reads what a TFDS builder has written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

DESCRIPTION = "dataset_info.json"


def open_prepared(directory: Path, name: str, remedy: str) -> Any:
    """The TFDS builder of a prepared data set.

    Args:
        directory: the folder that holds its ``dataset_info.json``.
        name: of the data set, for the message.
        remedy: how it is made, for the message.

    Raises:
        FileNotFoundError: if there is none.

    Example:
        >>> open_prepared(Path("no/such/folder"), "beats", "Make it: python -m beats")
        Traceback (most recent call last):
        ...
        FileNotFoundError: expected the prepared beats in no/such/folder; found no \
dataset_info.json. Make it: python -m beats
    """
    if not (directory / DESCRIPTION).is_file():
        raise FileNotFoundError(
            f"expected the prepared {name} in {directory}; found no {DESCRIPTION}. {remedy}"
        )
    import tensorflow_datasets as tfds

    return tfds.builder_from_directory(directory)


def rows(builder: Any, split: str) -> Iterator[dict[str, Any]]:
    """The examples of a split, as NumPy, in the order of the file."""
    yield from _read(builder, split)


def batches(builder: Any, split: str, size: int = 256) -> Iterator[dict[str, np.ndarray]]:
    """The same, some at a time: for many small examples of one shape, several times as fast."""
    yield from _read(builder, split, size)


def _read(builder: Any, split: str, batch_size: int | None = None) -> Iterator[dict[str, Any]]:
    import tensorflow_datasets as tfds

    once = tfds.ReadConfig(try_autocache=False)  # all would be kept in memory for a second pass
    with _without_dtype_warnings():
        yield from tfds.as_numpy(
            builder.as_dataset(
                split=split, shuffle_files=False, batch_size=batch_size, read_config=once
            )
        )


@contextmanager
def _without_dtype_warnings() -> Iterator[None]:
    """Drops TFDS's warning about a field that its own Tensor feature uses (4.9.10)."""
    logger = logging.getLogger("absl")

    def keep(record: logging.LogRecord) -> bool:
        return "`FeatureConnector.dtype` is deprecated" not in record.getMessage()

    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)
