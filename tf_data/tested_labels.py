"""Tested labels: a table of labels, and one of records that are only tested on, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecgzoo.errors import DataError
from tf_data.label_table import LabelTable, read_label_table
from tf_data.notes import listed
from tf_data.table_lines import Labels


def joined_table(
    labels: Labels,
    test_labels: Labels | None,
    classes: Sequence[str] | None,
    target: str | None,
) -> LabelTable:
    """The labels, and those that are only tested on, in one.

    Args:
        labels: as :func:`~tf_data.label_table.read_label_table` takes them.
        test_labels: another such table, whose records are only tested on; or None.
        classes: their names, in order, or None for those that come.
        target: the column of numbers to estimate, instead of classes.

    Raises:
        DataError: if both classes and a target are asked for, a record stands in both tables, only
            those to be tested on have several labels at once, or a label is of no class that is
            asked for.

    Example:
        >>> found = joined_table({"a": "AF", "b": "N"}, {"c": "N"}, None, None)
        >>> found.names, found.parts, found.classes
        (['a', 'b', 'c'], ['train', 'train', 'test'], ('AF', 'N'))
    """
    if target is not None and classes is not None:
        raise DataError(f"expected classes= or target=, not both; got target={target!r}")
    table = read_label_table(labels, classes, target)
    if test_labels is not None:
        wanted = classes or _columns(table)
        table = _with_test(table, read_label_table(test_labels, wanted, target))
    known = tuple(classes or table.classes)
    for name, held in zip(table.names, table.labels, strict=True):
        if other := [one for one in held if one not in known]:
            raise DataError(
                f"expected the classes {listed(known, 12)}; record {name} is {other[0]}. Add it to "
                "classes= (--classes), or take the record out of the labels"
            )
    return table


def _columns(table: LabelTable) -> Sequence[str] | None:
    return table.classes if table.several else None


def _with_test(table: LabelTable, test: LabelTable) -> LabelTable:
    if both := sorted(set(table.names) & set(test.names)):
        raise DataError(f"expected other records to be tested on; {both[0]} is in both tables")
    if test.several and not table.several:  # the other way round each label is one of several
        raise DataError(
            "expected one label of each record to be tested on, as in the other table; got several "
            "at once. Read the other one as such too: its column is called labels"
        )
    trained = table.parts or ["train"] * len(table.names)
    return replace(
        table,
        names=table.names + test.names,
        labels=table.labels + test.labels,
        groups=table.groups + test.groups,
        parts=trained + ["test"] * len(test.names),
        classes=tuple(dict.fromkeys((*table.classes, *test.classes))),
        notes=tuple(dict.fromkeys((*table.notes, *test.notes))),
        values=None if table.values is None else [*table.values, *(test.values or ())],
    )
