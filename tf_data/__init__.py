"""Data sets, records, splits and oversampling. Importing this imports no TensorFlow."""

from ecgzoo.registry import TABLES, Registry
from tf_data.dataset import SignalDataset
from tf_data.ecg_images.published import SOURCE as _ECG_IMAGES
from tf_data.mit_bih.beats import SOURCE as _MIT_BIH

DATASETS = Registry("data set")
TABLES.append(DATASETS)
# A loader of pages takes `signals` and `copies`, since pages can be read in several ways.
DATASETS.add(
    "ecg_images", "tf_data.ecg_images.embedded:load_ecg_images", source=_ECG_IMAGES, pages=True
)
DATASETS.add("mit_bih", "tf_data.mit_bih.loading:load_mit_bih", source=_MIT_BIH)

MEMORY = "memory"
"""Stands in a recipe for records that were given from Python: they cannot be loaded by a name."""
DATASETS.add(MEMORY, "tf_data.memory:load_memory")


def load(name: str, **options: object) -> SignalDataset:
    """Loads the data set called ``name``; ``options`` go to its loader.

    Raises:
        ecgzoo.errors.UnknownNameError: if there is none, with the nearest names.

    Example:
        >>> load("ecg_image")
        Traceback (most recent call last):
        ...
        ecgzoo.errors.UnknownNameError: unknown data set 'ecg_image'; did you mean 'ecg_images'?
    """
    dataset: SignalDataset = DATASETS.get(name)(**options)
    return dataset


def source_of(name: str) -> dict[str, str]:
    """The name of a data set, with the licence and citation that it was registered with, if any.

    Raises:
        ecgzoo.registry.UnknownNameError: if there is none, with the nearest names.

    Example:
        >>> source_of("mit_bih")["licence"]
        'ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/'
    """
    return {"name": name, **DATASETS.info(name).get("source", {})}


__all__ = ["DATASETS", "MEMORY", "SignalDataset", "load", "source_of"]
