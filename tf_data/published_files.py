"""Published files: finds a data set's own, and says what is missing and where to get it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from ecgzoo.errors import DatasetNotFoundError
from tf_data.cards import Card

Row = TypeVar("Row")


def find_file(folder: Path, name: str, card: Card) -> Path:
    """The file called ``name`` in a folder, at any depth.

    Raises:
        DatasetNotFoundError: if there is no such folder or file.
    """
    if not folder.is_dir():
        raise DatasetNotFoundError(f"no folder {folder}. {how_to_get(card)}")
    if (folder / name).is_file():
        return folder / name
    found = min(folder.rglob(name), default=None, key=lambda path: (len(path.parts), path))
    if found is None:
        raise DatasetNotFoundError(
            f"expected {card.title} in {folder}; there is no {name}. {how_to_get(card)}"
        )
    return found


def how_to_get(card: Card) -> str:
    """A sentence or two on where a data set is to be had."""
    return f"{card.get} Homepage: {card.homepage}"


def those_there(
    rows: Iterable[Row], file: Callable[[Row], Path], card: Card, folder: Path, partial: bool
) -> list[Row]:
    """The records whose file is there.

    Args:
        rows: a table of the records.
        file: of a record.
        card: of the data set; it says how many records the whole has.
        folder: where they were looked for.
        partial: whether a part of the set will do.

    Raises:
        DatasetNotFoundError: if none is there, or not all are and ``partial`` is false;
            with counts.
    """
    listed = list(rows)
    there = [row for row in listed if file(row).is_file()]
    if there and (partial or len(there) == len(listed) >= card.records):
        return there
    absent = next((file(row).name for row in listed if not file(row).is_file()), None)
    which = f"; {absent} is the first that is missing" if absent else ""
    half = " To take these alone, pass partial=True (--partial)." if there else ""
    raise DatasetNotFoundError(
        f"expected the {card.records:,} records of {card.title} in {folder}; {len(there):,} are "
        f"there{which}.{half} {how_to_get(card)}"
    )
