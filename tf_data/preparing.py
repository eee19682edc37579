"""Preparing: what a TFDS builder generates, put into its place in one step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecgzoo.atomic_write import replace_folder, restore_folder


def prepare(
    builder: Callable[..., Any],
    output: Path,
    manual_dir: Path | None = None,
    largest: int | None = None,
) -> Path:
    """Builds a data set into ``output/<version>``, replacing that.

    Until it is complete, and if it fails or is killed, what was there stays.

    Args:
        builder: a TFDS builder's class.
        output: folder of the versions.
        manual_dir: where the published files are; None if the builder downloads them.
        largest: most bytes that the result may have; None for any number.

    Returns:
        The folder written.

    Raises:
        ValueError: if the result is larger than it may be.
    """
    import tensorflow_datasets as tfds

    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output, prefix=".building-") as building:
        made = builder(data_dir=building)
        target = output / str(made.version)
        restore_folder(target)
        config = tfds.download.DownloadConfig(manual_dir=manual_dir)
        made.download_and_prepare(download_config=config)
        new = Path(made.data_path)
        if largest is not None and size_of(new) > largest:
            raise ValueError(f"expected at most {largest} bytes of data; got {size_of(new)}")
        replace_folder(new, target)
        return target


def size_of(folder: Path) -> int:
    """Bytes of all files in ``folder``."""
    return sum(file.stat().st_size for file in folder.iterdir())
