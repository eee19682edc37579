"""Recordings: loads a set of recordings, prepared or straight from the published files."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ecgzoo.errors import DatasetNotFoundError, UnknownNameError
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec
from tf_data.assembling import Wanted, assemble
from tf_data.cards import Card, folder_of, read_card
from tf_data.dataset import SignalDataset
from tf_data.prepared import DESCRIPTION, default_folder, open_prepared, rows
from tf_data.published_files import how_to_get
from tf_data.recording import Recording

VERSION = "1.0.0"
ALL = "all"
PARTS = ("train", "validation", "test")


def load_recordings(
    package: str,
    labels: str | None = None,
    leads: Sequence[str] | None = None,
    rate: float | None = None,
    seconds: float | None = None,
    classes: Sequence[str] | None = None,
    short: str | None = None,
    unlabelled: bool | None = None,
    fewest: int = 1,
    overlap: float = 0.0,
    part: str = ALL,
    directory: str | Path | None = None,
    partial: bool = False,
) -> SignalDataset:
    """A set of recordings as windows of one length; what is not said is as its card has it.

    Args:
        package: the package of the set's three files; a data set's name stands for it.
        labels: a label set of the card; or several of its label sets of several classes at once,
            with a plus between them, see :meth:`tf_data.cards.Card.label_set`.
        leads: names of leads, in the order wanted.
        rate: what they are resampled to, in Hz.
        seconds: length of a window.
        classes: those of the label set that are wanted, in that order; records of none of them are
            left out. By default all that a record has.
        short: of a record shorter than a window: ``"refuse"``, ``"pad"`` or ``"skip"``.
        unlabelled: whether records of none of the classes are taken too.
        fewest: classes of fewer patients are left out.
        overlap: share of a window that the next one of its record repeats at least; a model asked
            for a record takes one half.
        part: ``"train"``, ``"validation"``, ``"test"``, of a set with a published split; or all.
        directory: a prepared form, the folder that holds its ``dataset_info.json``; or the folder
            of the published files. By default what ``ecgzoo prepare`` wrote.
        partial: of published files: whether a part of them will do.

    Returns:
        Windows by the name of their record; groups are patients where they are known.

    Raises:
        UnknownNameError: if there is no such label set, class or part, with the nearest names.
        DatasetNotFoundError: if there is no prepared form; says where to get the files.
        DataError: if a record lacks a lead or is too short; names it.

    Example:
        >>> from tf_data import load
        >>> load("ptb_xl", labels="superclasses")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.UnknownNameError: unknown label set of ptb_xl 'superclasses'; did you mean ...
    """
    card = read_card(folder_of(package))
    wanted = _wanted(
        card, labels, leads, rate, seconds, classes, short, unlabelled, fewest, overlap
    )
    if part not in (*PARTS, ALL) or (part != ALL and not card.split):
        known = (*PARTS, ALL) if card.split else (ALL,)
        raise UnknownNameError(unknown(f"part of {card.name}", part, known))
    found = (
        one
        for one in _recordings(package, card, directory, partial)
        if part == ALL or one.part == part
    )
    return assemble(found, wanted, card.name)


def _wanted(
    card: Card,
    labels: str | None,
    leads: Sequence[str] | None,
    rate: float | None,
    seconds: float | None,
    classes: Sequence[str] | None,
    short: str | None,
    unlabelled: bool | None,
    fewest: int,
    overlap: float,
) -> Wanted:
    name, label_set = card.label_set(labels)
    given = {"rate": rate, "seconds": seconds, "short": short, "leads": leads}
    own = {"short": "refuse", "leads": card.leads, "rate": card.rate, **card.defaults}
    chosen = own | {key: value for key, value in given.items() if value is not None}
    for one in classes or ():
        if one not in label_set.classes:
            raise UnknownNameError(unknown(f"class of {card.name}", one, label_set.classes))
    names = (chosen["leads"],) if isinstance(chosen["leads"], str) else tuple(chosen["leads"])
    for lead in names:
        if lead.lower() not in map(str.lower, card.leads):
            raise UnknownNameError(unknown(f"lead of {card.name}", lead, card.leads))
    samples = round(chosen["rate"] * chosen["seconds"])
    return Wanted(
        spec=SignalSpec(names, chosen["rate"], samples, card.unit),
        labels=name,
        classes=tuple(classes or label_set.classes),
        several=label_set.several,
        short=chosen["short"],
        unlabelled=label_set.several
        and (label_set.unlabelled if unlabelled is None else unlabelled),
        chosen=classes is not None,
        fewest=fewest,
        overlap=overlap,
    )


def _recordings(
    package: str, card: Card, directory: str | Path | None, partial: bool
) -> Iterator[Recording]:
    folder = Path(directory) if directory is not None else default_folder(card.name) / VERSION
    if directory is not None and not (folder / DESCRIPTION).is_file():
        published = importlib.import_module(f"{package}.published")
        yield from published.recordings(folder, partial=partial)
        return
    if not (folder / DESCRIPTION).is_file():
        raise DatasetNotFoundError(
            f"expected the prepared {card.name} in {folder}; there is none. {how_to_get(card)} "
            f"Then: ecgzoo prepare {card.name} --manual-dir FOLDER"
        )
    from tf_data.recordings_builder import SPLIT, restored

    for row in rows(open_prepared(folder, card.name, ""), SPLIT):
        yield restored(row)
