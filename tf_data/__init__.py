"""Data sets, records, splits and oversampling. Importing this imports no TensorFlow."""

from ecgzoo.registry import Registry
from tf_data.dataset import SignalDataset

DATASETS = Registry("data set")
DATASETS.add("ecg_images", "tf_data.ecg_images.embedded:load_ecg_images")
DATASETS.add("mit_bih", "tf_data.mit_bih.loading:load_mit_bih")


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


__all__ = ["DATASETS", "SignalDataset", "load"]
