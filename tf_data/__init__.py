"""Data sets, records, splits and oversampling. Importing this imports no TensorFlow."""

import inspect
import sys
from pathlib import Path

from ecgzoo.errors import DataError
from ecgzoo.registry import TABLES, Registry
from tf_data.cards import Card, folder_of, read_card
from tf_data.dataset import SignalDataset

DATASETS = Registry("data set")
TABLES.append(DATASETS)


def register_dataset(source: str | Path, *, replace: bool = False) -> None:
    """Adds a set of recordings: a folder of ``card.json``, ``published.py`` and a TFDS builder.

    Args:
        source: the folder, or the dotted name of the package that it is. The folder's name is the
            data set's.
        replace: whether an entry of that name may be replaced.

    Raises:
        ValueError: if the name is taken.
        DataError: if there is no such folder.
    """
    package = source if isinstance(source, str) else _importable(source)
    DATASETS.add(
        package.rpartition(".")[2],
        "tf_data.recordings:load_recordings",
        replace=replace,
        options={"package": package},
        package=package,
    )


def _importable(folder: Path) -> str:
    """The name by which Python finds the folder, for which its own is made known to it."""
    if not folder.is_dir():
        raise DataError(
            f"no folder {folder}: expected one of card.json, published.py and a builder"
        )
    parent = str(folder.resolve().parent)
    if parent not in sys.path:
        sys.path.append(parent)
    return folder.name


# A loader of pages takes `signals` and `copies`, since pages can be read in several ways.
DATASETS.add(
    "ecg_images",
    "tf_data.ecg_images.embedded:load_ecg_images",
    package="tf_data.ecg_images",
    prepare="tf_data.ecg_images.prepare:prepare",
    pages=True,
)
DATASETS.add(
    "mit_bih",
    "tf_data.mit_bih.loading:load_mit_bih",
    package="tf_data.mit_bih",
    prepare="tf_data.mit_bih.prepare:prepare",
    downloads=True,
)
OWN = "records"
DATASETS.add(OWN, "tf_data.own_records:read_records")  # one's own
register_dataset("tf_data.ptb_xl")
register_dataset("tf_data.cinc2017")
register_dataset("tf_data.cinc2021")
register_dataset("tf_data.ludb")
register_dataset("tf_data.heart_sounds")

MEMORY = "memory"
"""Stands in a recipe for records that were given from Python: they cannot be loaded by a name."""
DATASETS.add(MEMORY, "tf_data.memory:load_memory")


def load(name: str, **options: object) -> SignalDataset:
    """Loads the data set called ``name``; ``options`` go to its loader.

    An option that is None is as if it were not there, so that the data set's own default holds.

    Raises:
        ecgzoo.errors.UnknownNameError: if there is none, with the nearest names.
        ecgzoo.errors.DataError: if the data set takes no such option.

    Example:
        >>> load("ecg_image")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.UnknownNameError: unknown data set 'ecg_image'; did you mean 'ecg_images'?
    """
    loader = DATASETS.get(name)
    given = {key: value for key, value in options.items() if value is not None}
    parameters = inspect.signature(loader).parameters
    takes = [key for key in parameters if key != "package"]
    anything = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    if (other := [key for key in given if key not in takes]) and not anything:
        raise DataError(f"{name} takes the options {', '.join(takes)}; got {', '.join(other)}")
    dataset: SignalDataset = loader(**given)
    return dataset


def card_of(name: str) -> Card | None:
    """The card of a data set; None if it was registered without one.

    Raises:
        ecgzoo.errors.UnknownNameError: if there is no such data set, with the nearest names.

    Example:
        >>> card_of("ptb_xl").records
        21799
    """
    package = DATASETS.info(name).get("package")
    return read_card(folder_of(package)) if package else None


def source_of(name: str) -> dict[str, str]:
    """The name of a data set, with its licence and citation, if it has any.

    Raises:
        ecgzoo.errors.UnknownNameError: if there is none, with the nearest names.

    Example:
        >>> source_of("mit_bih")["licence"]
        'ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/'
    """
    card = card_of(name)
    told = {"licence": card.licence, "citation": card.citation} if card else {}
    return {"name": name, **DATASETS.info(name).get("source", told)}


__all__ = [
    "DATASETS",
    "MEMORY",
    "SignalDataset",
    "card_of",
    "load",
    "register_dataset",
    "source_of",
]
