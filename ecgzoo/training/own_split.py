"""The split that records have of their own, as a column ``split`` tells it: taken, or said."""

import numpy as np

from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import unknown
from tf_data import SignalDataset
from tf_data.labelled_records import tell

SPLIT = "split"  # asks for its test part
BY_TEST = "test='split' (--test split)"
BY_PROTOCOL = "the official protocol (--protocol official)"


def has_split(data: SignalDataset) -> bool:
    """Whether records have a test part of their own."""
    return data.parts is not None and bool((data.parts == "test").any())


def checked_parts(test: str, data: SignalDataset) -> np.ndarray:
    """The part of each row, where the split that is asked for is there.

    Raises:
        UnknownNameError: if another word asks for it.
        ValueError: if the records have no test part of their own, or nothing to train on.
    """
    if test != SPLIT:
        raise UnknownNameError(unknown("test part", test, [SPLIT]))
    for name in ("train", "test"):
        data.part(name)
    return np.asarray(data.parts)


def tell_unused(data: SignalDataset, remedy: str) -> None:
    """Warns of records that are cut otherwise than by the split that they have.

    Args:
        data: the records.
        remedy: what takes their split.
    """
    unused = "the split that the records have of their own is not used"
    if has_split(data):
        tell([f"{unused}; {remedy} takes it"])
    elif data.parts is not None and (data.parts != "").any():
        tell([f"{unused}: it has no test part"])
