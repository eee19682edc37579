"""Labels as a model of some classes has them: in its order, and of several at once if it is so."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tf_data import SignalDataset


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
    return replace(found, labels=np.eye(len(classes), dtype=np.int64)[found.labels])
