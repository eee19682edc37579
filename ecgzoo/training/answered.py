"""answered: what a model answers for some records, as a table."""

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.estimates import Estimates
from tf_data import SignalDataset


def answered(part: SignalDataset, probabilities: np.ndarray) -> Predictions:
    """The answers for some records as a table, a row for each window.

    Args:
        part: the records, of which windows of one record share their name.
        probabilities: of each row, ``[n, classes]``; of a regression estimates, ``[n, 1]``.
    """
    kind = Estimates if part.regression else Predictions
    return kind(part.names, part.groups, part.labels, probabilities, part.classes)
