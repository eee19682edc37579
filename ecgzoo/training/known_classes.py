"""Labels as a model of some classes has them: in its order, of several at once, or left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ecgzoo.errors import DataError
from tf_data import SignalDataset
from tf_data.labelled_records import tell
from tf_data.notes import listed


def with_classes(data: SignalDataset, classes: Sequence[str], several: bool) -> SignalDataset:
    """The same records, of which not every class must have one.

    A regression's stay as they are.

    Args:
        data: records whose classes are among these, in any order.
        classes: of the model, in its order.
        several: whether it answers several at once; a record's only label is then one of several.

    Raises:
        ValueError: if a record is of another class; names it.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> spec, ids = SignalSpec(("II",), 128, 128), np.array(["a", "b"])
        >>> signals = np.zeros((2, 128, 1), "float32")
        >>> data = SignalDataset(signals, np.array([0, 1]), ids, ids, ids, spec, ("AF", "N"))
        >>> with_classes(data, ("N", "MI", "AF"), several=True).labels.tolist()
        [[0, 0, 1], [1, 0, 0]]
    """
    if data.regression:
        return data
    found = data if data.classes == tuple(classes) else data.of_classes(classes)
    if not several or found.multi_label:
        return found
    return replace(found, labels=only_ones(found.labels, len(classes)))


def only_ones(labels: np.ndarray, classes: int) -> np.ndarray:
    """Labels of several classes at once, of which each record's one label is the only one.

    Args:
        labels: int ``[n]``.
        classes: how many there are.

    Returns:
        int64 ``[n, classes]``.

    Example:
        >>> only_ones(np.array([1, 0]), 3).tolist()
        [[0, 1, 0], [1, 0, 0]]
    """
    return np.eye(classes, dtype=np.int64)[labels]


def without_foreign(data: SignalDataset, classes: Sequence[str]) -> SignalDataset:
    """The records without classes that a model was not trained on, such as those of few patients.

    A record of one class alone goes with it; one of several at once keeps the others.

    Raises:
        DataError: if no class is left.

    Warns:
        DataWarning: of the classes that are left out.
    """
    kept = [place for place, name in enumerate(data.classes) if name in classes]
    if data.regression or len(kept) == len(data.classes):
        return data
    if not kept:
        raise DataError(
            f"expected records of the model's classes {listed(classes, 12)}; got "
            f"{listed(data.classes, 12)}. Name them in the labels as the model does"
        )
    foreign = [name for name in data.classes if name not in classes]
    names = tuple(data.classes[place] for place in kept)
    tell([f"classes that the model was not trained on are left out: {listed(foreign)}"])
    if data.multi_label:
        return replace(data, labels=data.labels[:, kept], classes=names)
    some = data.take(np.flatnonzero(np.isin(data.labels, kept)))
    return replace(some, labels=np.searchsorted(kept, some.labels), classes=names)
