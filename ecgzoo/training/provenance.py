"""Where weights come from: the records that they were fitted on, and the software."""

import keras
import tensorflow as tf
from keras.src.utils.module_utils import jax  # imported when it is asked for something

from ecgzoo.version import __version__
from tf_data import SignalDataset
from tf_data.dataset import content_hashes


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
