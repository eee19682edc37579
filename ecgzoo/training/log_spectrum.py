"""A baseline without a network: a logistic regression on each lead's spectrum."""

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.domains.layers import domain_layers
from ecgzoo.training.answered import answered
from ecgzoo.training.linear_probe import linear_answers
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from tf_data import SignalDataset

BANDS = 32  # of each lead: as many numbers as some hundred records can tell something of
BATCH = 256


def spectra(dataset: SignalDataset) -> np.ndarray:
    """The log-amplitude spectrum of each lead, averaged in bands: float32 ``[n, bands * leads]``.

    Example:
        >>> from tf_data import load
        >>> spectra(load("ecg_images").take(range(3))).shape
        (3, 384)
    """
    layer = domain_layers(["frequency"], dataset.spec)["frequency"]
    rows = []
    for start in range(0, len(dataset), BATCH):
        found = np.asarray(layer(dataset.signals[start : start + BATCH]))
        parts = np.array_split(found, min(BANDS, found.shape[1]), axis=1)
        bands = np.stack([part.mean(axis=1) for part in parts], axis=1)
        rows.append(bands.reshape(len(bands), -1))
    return np.concatenate(rows).astype(np.float32)


def log_spectrum(
    recipe: Recipe, dataset: SignalDataset, features: np.ndarray | None = None
) -> Predictions:
    """What the regression answers for the test part of a recipe's fold, a row for each record.

    It is that of :func:`~ecgzoo.training.linear_probe.linear_answers`.

    Args:
        recipe: whose split is taken; its model is not built.
        dataset: all records.
        features: their :func:`spectra`, where several folds share them.

    Example:
        >>> from tf_data import load
        >>> found = log_spectrum(Recipe("cnn1d"), load("ecg_images"))
        >>> found.probabilities.shape[1], found.metrics().accuracy > 0.6
        (4, True)
    """
    split = split_of(recipe, dataset)
    features = spectra(dataset) if features is None else features
    train = np.concatenate([split.train, split.validation])
    test = dataset.take(split.test)
    shares = linear_answers(
        features[train], dataset.labels[train], features[split.test], len(dataset.classes)
    )
    return answered(test, shares).per_record("names")
