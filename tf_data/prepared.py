"""Prepared: opens and reads what a TFDS builder has written."""

import errno
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecgzoo.beam import pipeline_options, reason_of
from ecgzoo.errors import DataError, DatasetNotFoundError
from ecgzoo.files.atomic import replace_folder, restore_folder


def prepare(
    builder: Callable[..., Any],
    output: Path,
    manual_dir: Path | None = None,
    largest: int | None = None,
    beam: Sequence[str] | None = None,
) -> Path:
    """Builds a data set into ``output/<version>``, replacing that.

    Until it is complete, and if it fails or is killed, what was there stays.

    Args:
        builder: a TFDS builder's class.
        output: folder of the versions.
        manual_dir: where the published files are; None if the builder downloads them.
        largest: most bytes that the result may have; None for any number.
        beam: flags of Apache Beam, of a builder that has a pipeline.

    Returns:
        The folder written.

    Raises:
        ValueError: if the result is larger than it may be.
        DataError: if a pipeline of Beam stops, with its reason.
        OSError: if the disk is full.
    """
    import tensorflow_datasets as tfds

    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output, prefix=".building-") as building:
        made = builder(data_dir=building)
        target = output / str(made.version)
        restore_folder(target)
        options = None if beam is None else pipeline_options(beam)
        config = tfds.download.DownloadConfig(manual_dir=manual_dir, beam_options=options)
        with _full_disk_told(output), _reason_told():
            made.download_and_prepare(download_config=config)
        new = Path(made.data_path)
        if largest is not None and size_of(new) > largest:
            raise ValueError(f"expected at most {largest} bytes of data; got {size_of(new)}")
        replace_folder(new, target)
        return target


@contextmanager
def _full_disk_told(output: Path) -> Iterator[None]:
    """TensorFlow's errors on a full disk, and Python's own, as a sentence."""
    try:
        yield
    except Exception as error:
        full = (errno.ENOSPC, errno.EDQUOT)
        if getattr(error, "errno", None) not in full and os.strerror(errno.ENOSPC) not in str(
            error
        ):
            raise
        raise OSError(
            f"the disk is full: what was in {output} stays as it was. Free some space, or choose "
            "another folder (--output); preparing needs room for the data set twice"
        ) from error


@contextmanager
def _reason_told() -> Iterator[None]:
    """What stops a pipeline of Beam as a sentence, without the traceback of each of its layers."""
    try:
        yield
    except Exception as error:
        if "[while running" not in str(error):  # as Beam says of what failed in a pipeline
            raise
        raise DataError(reason_of(error)) from error


def default_folder(name: str) -> Path:
    """Where the versions of a data set's prepared form are, by default: with TFDS's other ones."""
    import tensorflow_datasets as tfds

    return Path(tfds.core.constants.DATA_DIR).expanduser() / name


def size_of(folder: Path) -> int:
    """Bytes of all files in ``folder``."""
    return sum(file.stat().st_size for file in folder.iterdir())


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


def rows(builder: Any, split: str, batch_size: int | None = None) -> Iterator[dict[str, Any]]:
    """The examples of a split, as NumPy, in the order of the file.

    Some at a time, for many small examples of one shape, several times as fast.

    Raises:
        DatasetNotFoundError: if a file of it is missing or cut off.
    """
    import tensorflow_datasets as tfds

    once = tfds.ReadConfig(try_autocache=False)  # all would be kept in memory for a second pass
    with _without_dtype_warnings(), _damage_told(Path(builder.data_path)):
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


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    """TensorFlow's errors on a file that is missing or cut off, as a sentence."""
    import tensorflow as tf

    try:
        yield
    except (tf.errors.DataLossError, tf.errors.NotFoundError) as error:
        raise DatasetNotFoundError(
            f"a file of the prepared data set in {folder} is cut off or missing. Prepare it anew: "
            "ecgzoo prepare"
        ) from error
