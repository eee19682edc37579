"""Label sets: the questions that are asked of every record, one of them or several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import DataError

JOINT = "+"  # between the names of label sets that are asked at once
Classes = tuple[str, ...]


@dataclass(frozen=True)
class LabelSet:
    """A question that is asked of every record.

    Attributes:
        classes: the answers, in order.
        several: whether several may hold at once.
        what: what they are, in a few words.
        unlabelled: whether records of none of the classes are records of this set. Elsewhere they
            are left out, as a record that nobody has labelled.
    """

    classes: Classes
    several: bool = False
    what: str = ""
    unlabelled: bool = False


def joined(sets: Mapping[str, LabelSet]) -> LabelSet:
    """Label sets as one, whose classes bear the name of theirs.

    Raises:
        DataError: if the classes of one exclude each other.

    Example:
        >>> both = {"form": LabelSet(("PVC",), True), "rhythm": LabelSet(("SR", "AFIB"), True)}
        >>> joined(both).classes
        ('form:PVC', 'rhythm:SR', 'rhythm:AFIB')
    """
    if single := [name for name, one in sets.items() if not one.several]:
        raise DataError(
            f"expected label sets of several classes at once; {single[0]} has one class each"
        )
    return LabelSet(
        tuple(each for name, one in sets.items() for each in _named(name, one.classes)),
        several=True,
        what=" and ".join(one.what for one in sets.values()),
        unlabelled=all(one.unlabelled for one in sets.values()),
    )


def classes_held(labels: Mapping[str, Classes], wanted: str, unlabelled: bool = False) -> Classes:
    """The classes that a record has in a label set; of several sets, only if it is of each.

    Args:
        labels: its classes, by label set.
        wanted: the name of a label set; or several, with a plus between them.
        unlabelled: whether a record need not be of each.

    Example:
        >>> classes_held({"form": ("PVC",), "rhythm": ("SR",)}, "form+rhythm")
        ('form:PVC', 'rhythm:SR')
        >>> classes_held({"form": (), "rhythm": ("SR",)}, "form+rhythm")
        ()
    """
    if JOINT not in wanted:
        return labels.get(wanted, ())
    each = {name: labels.get(name, ()) for name in wanted.split(JOINT)}
    if not (unlabelled or all(each.values())):
        return ()
    return tuple(one for name, classes in each.items() for one in _named(name, classes))


def columns_of(wanted: str, classes: Sequence[str]) -> dict[str, list[int]]:
    """Where the classes of each of several label sets stand; empty of a single one, and of a path.

    Example:
        >>> columns_of("form+rhythm", ["form:PVC", "rhythm:SR", "rhythm:AFIB"])
        {'form': [0], 'rhythm': [1, 2]}
        >>> columns_of("form", ["PVC"])
        {}
    """
    names = wanted.split(JOINT) if JOINT in wanted else []
    found = {
        name: [place for place, one in enumerate(classes) if one.startswith(f"{name}:")]
        for name in names
    }
    return {name: places for name, places in found.items() if places}


def shares_of(wanted: str, classes: Sequence[str]) -> np.ndarray | None:
    """What each class counts for where several label sets are learned: every set the same.

    Returns:
        float32 ``[classes]``, together 1; None where there is one label set.

    Example:
        >>> shares_of("form+rhythm", ["form:PVC", "rhythm:SR", "rhythm:AFIB"]).tolist()
        [0.5, 0.25, 0.25]
    """
    sets = columns_of(wanted, classes)
    if not sets:
        return None
    found = np.zeros(len(classes), np.float32)
    for places in sets.values():
        found[places] = 1 / (len(sets) * len(places))
    return found


def _named(name: str, classes: Sequence[str]) -> Classes:
    return tuple(f"{name}:{one}" for one in classes)
