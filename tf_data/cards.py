"""Cards: what a data set is, whose, under which licence, how to get it, and which labels it has."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecgzoo.errors import DataError, UnknownNameError
from ecgzoo.registry import unknown
from tf_data.label_sets import JOINT, LabelSet, joined

FILE = "card.json"


@dataclass(frozen=True)
class Card:
    """What a data set's ``card.json`` says.

    Attributes:
        name: what :func:`tf_data.load` calls it.
        title: its own name.
        what: a sentence on what is in it.
        who: who made it.
        licence: name and address.
        citation: how it is cited.
        homepage: its address.
        get: how to get it.
        leads: names of its channels, in order.
        rate: sampling rate of the records, in Hz.
        unit: of a sample.
        records: how many the whole published set has.
        patients: how many people; None where it is not known.
        label_sets: by name.
        defaults: the loader's own options: ``labels``, and where it has them ``leads``, ``rate``,
            ``seconds`` and ``short``.
        split: which rows are the published parts; empty where nothing is published.
    """

    name: str
    title: str
    what: str
    who: str
    licence: str
    citation: str
    homepage: str
    get: str
    leads: tuple[str, ...]
    rate: float
    unit: str
    records: int
    patients: int | None
    label_sets: dict[str, LabelSet]
    defaults: dict[str, Any]
    split: str = ""

    def label_set(self, name: str | None = None) -> tuple[str, LabelSet]:
        """A label set by its name, or the default one, with its name.

        Several with a plus between them, such as ``"superclass+form"``, are one whose classes are
        called ``"superclass:MI"`` and so on; a record has to be of each.

        Raises:
            UnknownNameError: if there is none, with the nearest names.
            DataError: if one of several stands twice, or its classes exclude each other.
        """
        wanted = self.defaults["labels"] if name is None else name
        names = wanted.split(JOINT)
        for one in names:
            if one not in self.label_sets:
                raise UnknownNameError(unknown(f"label set of {self.name}", one, self.label_sets))
        if len(names) == 1:
            return wanted, self.label_sets[wanted]
        if len({*names}) < len(names):
            raise DataError(f"expected different label sets; got {wanted}")
        return wanted, joined({one: self.label_sets[one] for one in names})


def read_card(folder: Path) -> Card:
    """The card in a data set's folder.

    Raises:
        DataError: if it is missing, is no JSON, or lacks a field; the message says which.

    Example:
        >>> read_card(Path("no/such/folder"))
        Traceback (most recent call last):
        ...
        ecgzoo.errors.DataError: expected a card.json in no/such/folder; there is none
    """
    try:
        fields = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"expected a {FILE} in {folder}; there is none") from error
    except ValueError as error:
        raise DataError(f"expected JSON in {folder / FILE}: {error}") from error
    try:
        sets = {name: _label_set(one) for name, one in fields["label_sets"].items()}
        leads = tuple(fields["leads"])
        card = Card(**{**fields, "label_sets": sets, "leads": leads})
        card.label_set()
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{folder / FILE}: {error}. {FIELDS}") from error
    return card


FIELDS = f"A card has the fields {', '.join(Card.__dataclass_fields__)}."


def _label_set(fields: Mapping[str, Any]) -> LabelSet:
    return LabelSet(**{**fields, "classes": tuple(fields["classes"])})


def folder_of(package: str) -> Path:
    """The folder of a package of three files, which is not imported.

    Raises:
        DataError: if there is no such package.
    """
    found = importlib.util.find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found else []
    if not folders:
        raise DataError(f"expected a folder that Python imports as {package}; there is none")
    return Path(folders[0])
