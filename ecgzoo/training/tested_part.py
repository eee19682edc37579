"""The part that a model trained from scratch is tested on: a share, a set, a split's, or none."""

from dataclasses import replace
from math import ceil
from numbers import Real
from typing import Any

import numpy as np

from ecgzoo.errors import DataError
from ecgzoo.training.known_classes import with_classes
from ecgzoo.training.own_split import BY_TEST, checked_parts, has_split, tell_unused
from tf_data import SignalDataset
from tf_data.labelled_records import tell
from tf_data.stored_signals import BLOCK, Signals, WindowSpool

UNTOLD = 0.005  # a share that is missed by less is as good as met


def divided(data: SignalDataset, test: Any) -> tuple[SignalDataset, dict[str, Any]]:
    """All records, and the fields of the recipe that say which are tested on.

    Args:
        data: the records.
        test: as of :func:`~ecgzoo.training.from_scratch.train`.

    Raises:
        DataError: if it is of another kind.
        ValueError: if the share, the set or the split that it names is not there or unfit.
    """
    official = {"protocol": "official", "fold": 0, "final": False}
    if test is None:
        tell_unused(data, BY_TEST)
        return data, {"protocol": "grouped", "fold": 0, "final": True}
    if isinstance(test, SignalDataset):
        if has_split(data):
            tell_unused(data, BY_TEST)
        return joined(data, test), official
    if isinstance(test, str):
        checked_parts(test, data)
        return data, official
    if not isinstance(test, Real):
        raise DataError(
            "expected test= as a share, such as 0.2, a data set, as ecgzoo.read_records gives it, "
            f"'split' or None; got {type(test).__name__}"
        )
    tell_unused(data, BY_TEST)
    folds = folds_told(float(test))
    return data, {"protocol": "grouped", "fold": 0, "folds": folds, "final": False}


def folds_of(share: float) -> int:
    """As many folds as make the test part most nearly that share of the records.

    Raises:
        ValueError: if the share lies outside 0 to 0.5.

    Example:
        >>> folds_of(0.2), folds_of(0.4)
        (5, 3)
    """
    if not 0 < share <= 0.5:
        raise ValueError(f"expected a share for testing above 0 and up to 0.5; got {share}")
    return min((int(1 / share), ceil(1 / share)), key=lambda folds: abs(1 / folds - share))


def folds_told(share: float) -> int:
    """As :func:`folds_of`; warns where no number of folds makes that share."""
    folds = folds_of(share)
    if abs(1 / folds - share) > UNTOLD:
        tell([f"a share of {share:.3g} is not one of equal parts: one of {folds} is tested on"])
    return folds


def joined(train_set: SignalDataset, test_set: SignalDataset) -> SignalDataset:
    """Two sets as one, whose published parts they are; a validation part of the first stays one.

    Raises:
        ValueError: if they are of other signals or classes.
    """
    if set(test_set.classes) <= set(train_set.classes):
        test_set = with_classes(test_set, train_set.classes, train_set.multi_label)
    for what in ("spec", "classes", "multi_label", "regression"):
        ours, theirs = getattr(train_set, what), getattr(test_set, what)
        if ours != theirs:
            raise ValueError(f"expected a test set of the {what} {ours}; got {theirs}")
    both: dict[str, Any] = {
        name: np.concatenate([getattr(train_set, name), getattr(test_set, name)])
        for name in ("labels", "groups", "hashes", "names")
    }
    both["signals"] = _both(train_set.signals, test_set.signals)
    ours = np.full(len(train_set), "train", object)
    if train_set.parts is not None:
        ours[train_set.parts == "validation"] = "validation"
    parts = np.concatenate([ours, np.full(len(test_set), "test")]).astype(str)
    return replace(train_set, **both, parts=parts)


def _both(first: Signals, second: Signals) -> Signals:
    """Signals one after another; on the disk where some of them are, since memory may be small."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first, second])
    spool = WindowSpool(first.shape[1:])
    for one in (first, second):
        for start in range(0, len(one), BLOCK):
            spool.add(one[start : start + BLOCK])
    return spool.signals([*range(len(spool.counts))])
