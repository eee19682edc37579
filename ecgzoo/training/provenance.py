"""Where weights come from: the records that they were fitted on, and the software."""

import hashlib

import keras
import numpy as np
import tensorflow as tf
from keras.src.utils.module_utils import jax  # imported when it is asked for something

from ecgzoo.version import __version__
from tf_data import SignalDataset
from tf_data.dataset import content_hashes

DIGEST = "digest"  # what a preset's training calls that of all the records its run was of


def records(*parts: SignalDataset) -> dict[str, list[str]]:
    """What a preset lists of the records that it was fitted on, for ``seen``.

    Returns:
        Under ``records`` the hashes of what they came from, such as a page; under ``signals`` those
        of their samples, where these are others.
    """
    hashes = {one for part in parts for one in part.hashes.tolist()}
    signals = {one for part in parts for one in content_hashes(part.signals).tolist()}
    told = {"records": sorted(hashes)}
    return told if signals == hashes else told | {"signals": sorted(signals)}


def digest_of(data: SignalDataset, *columns: np.ndarray) -> str:
    """A few digits of the records' content and labels, which tell data sets in memory apart.

    Args:
        data: the records.
        columns: text for each that counts too, such as their patients.
    """
    found = hashlib.sha256("".join(data.hashes.tolist()).encode())
    found.update(np.ascontiguousarray(data.labels).tobytes())
    for column in columns:
        found.update("\n".join(column.tolist()).encode())
    return found.hexdigest()[:8]


def digest_with_groups(data: SignalDataset) -> str:
    """As :func:`digest_of`, of all that says what is trained on and tested on.

    The patients count too, and the parts that a data set was published with, if it has any.
    """
    parts = () if data.parts is None else (data.parts,)
    return digest_of(data, data.groups, *parts)


def versions() -> dict[str, str]:
    """The software that a run depends on."""
    found = {
        "ecgzoo": __version__,
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
    }
    if keras.backend.backend() == "jax":
        found["jax"] = jax.__version__
    return found
