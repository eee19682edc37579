"""Preparing: writes any registered data set in TFDS's form, once, from its published files."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ecgzoo.beam import check_beam
from ecgzoo.errors import DataError, DatasetNotFoundError
from tf_data import DATASETS, card_of
from tf_data.prepared import default_folder, prepare
from tf_data.published_files import how_to_get


def prepare_dataset(
    name: str,
    manual_dir: Path | None = None,
    output: Path | None = None,
    partial: bool = False,
    tell: Callable[[int], None] | None = None,
    beam_options: Sequence[str] | None = None,
) -> Path:
    """Builds a data set into ``output/<version>``, replacing that in one step at the end.

    Args:
        name: of a registered data set.
        manual_dir: where its published files are.
        output: folder of the versions; by default where :func:`tf_data.load` looks.
        partial: whether a part of the published set will do.
        tell: called after each record with how many there are so far; not through Beam.
        beam_options: flags of Apache Beam, such as ``"--runner=FlinkRunner"``: then it reads the
            records, in whatever processes or machines it is told to.

    Returns:
        The folder written.

    Raises:
        UnknownNameError: if there is no such data set, with the nearest names.
        DatasetNotFoundError: if files are missing; says where to get them.
        SignalError: if a record is damaged.
        MissingExtraError: if Beam is asked for and is not installed.
        OSError: if the disk is full; what was there stays.
    """
    if beam_options is not None:
        check_beam("a data set is prepared")
    card, info = card_of(name), DATASETS.info(name)
    if card is None:
        raise DataError(f"{name} is not prepared: it is read where it is")
    if info.get("pages") and output is None:
        raise DataError(f"{name} is in the package; to measure the pages again, pass --output")
    downloads = info.get("downloads") and manual_dir is None
    there = manual_dir is not None and manual_dir.is_dir() and any(manual_dir.iterdir())
    if not there and not downloads:
        came = f"; {manual_dir} is none, or empty" if manual_dir else ""
        raise DatasetNotFoundError(
            f"expected the folder of {card.title} (--manual-dir){came}. {how_to_get(card)}"
        )
    if "prepare" in info:
        if beam_options is not None:
            raise DataError(f"{name} is prepared in one process: leave Beam's options out")
        return _by_its_own(name, info["prepare"], manual_dir, output, partial)
    assert manual_dir
    module = importlib.import_module(f"{info['package']}.{name}_dataset_builder")
    beam = beam_options is not None
    builder = functools.partial(module.Builder, partial=partial, tell=tell, beam=beam)
    return prepare(builder, output or default_folder(name), manual_dir, beam=beam_options)


def _by_its_own(
    name: str, function: str, manual_dir: Path | None, output: Path | None, partial: bool
) -> Path:
    """A set whose records are no recordings: pages, or heartbeats."""
    if partial:
        raise DataError(f"{name} is prepared as a whole: leave partial=True (--partial) out")
    module, _, attribute = function.partition(":")
    own = getattr(importlib.import_module(module), attribute)
    folder: Path = own(manual_dir, *([output] if output else []))
    return folder
