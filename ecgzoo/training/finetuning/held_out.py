"""The test part of a fine-tuning: a share of the records, their own, another set's, or none."""

import numbers
from typing import Any

import numpy as np

from ecgzoo.errors import DataError
from ecgzoo.training.finetuning.given_records import Meaning, records
from ecgzoo.training.own_split import BY_TEST, checked_parts, tell_unused
from ecgzoo.training.tested_part import folds_told
from tf_data import SignalDataset
from tf_data.splits import Split, in_two

Test = Any  # a share, "split", a data set, (signals, labels) or (signals, labels, groups), or None
TUNED_ON = "train", "validation"  # parts of a split: no epoch is chosen on the second one


def parted(
    data: SignalDataset, test: Test, meaning: Meaning, seed: int
) -> tuple[SignalDataset, SignalDataset | None]:
    """What is trained on, and what is tested on.

    Args:
        data: the records given.
        test: as of :func:`~ecgzoo.training.finetuning.finetune.finetune`.
        meaning: of the test set's samples and labels, where they do not say it.
        seed: of the draw of a share.

    Raises:
        UnknownNameError: if it is another word than ``"split"``.
        ValueError: if a share is out of its range, the classes have too few groups for two parts,
            the records have no split of their own, or a record of the test set is among those that
            are trained on.
        SignalError: if a signal of the test set is unfit.

    Warns:
        DataWarning: if records that have a split of their own are not parted by it, or a share is
            rounded.
    """
    if isinstance(test, str):
        ours = np.isin(checked_parts(test, data), TUNED_ON)
        test, data = data.part("test"), data.take(np.flatnonzero(ours))
    else:
        tell_unused(data, BY_TEST)
    if test is None:
        return data, None
    if isinstance(test, numbers.Real):  # of NumPy too
        split = split_of(data, seed, folds_told(float(test)))
        return data.take(split.train), data.take(split.test)
    signals, labels, *groups = _of_its_own(test)
    held = records(signals, labels, meaning, *groups, one_class=True)
    _check_apart(data, held)
    return data, held


def _of_its_own(test: Test) -> tuple[Any, ...]:
    """Signals, labels and perhaps groups of a set of its own."""
    if not isinstance(test, tuple):
        return test, None
    if len(test) not in (2, 3):
        raise DataError(
            "expected test= as (signals, labels) or (signals, labels, groups); got a tuple of "
            f"{len(test)}"
        )
    return test


def split_of(data: SignalDataset, seed: int, most: int) -> Split:
    """The parts: as many folds as the rarest class has groups, or fewer, and the first of them.

    Raises:
        ValueError: if the classes have too few groups for a test and a training part.
    """
    keys = data.labels, data.groups, data.hashes
    for folds in range(most, 1, -1):
        try:
            return in_two(*keys, folds, seed, data.classes)
        except ValueError as error:
            failed = error
    raise ValueError(f"cannot cut {len(data)} signals into a training and a test part: {failed}")


def _check_apart(train: SignalDataset, test: SignalDataset) -> None:
    names = dict(zip(train.hashes.tolist(), train.names.tolist(), strict=True))
    pairs = zip(test.hashes.tolist(), test.names.tolist(), strict=True)
    both = {name: names[one] for one, name in pairs if one in names}
    if both:
        name, other = next(iter(both.items()))
        raise ValueError(
            f"expected other records to be tested on; {len(both)} of test= are among those that "
            f"are trained on, such as {name}, which is {other} there. Leave them out of either"
        )
