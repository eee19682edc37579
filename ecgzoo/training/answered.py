"""answered: what a model answers for some records, as a table; and whether two are of the same."""

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


def alike(ours: Predictions, theirs: Predictions) -> bool:
    """Whether both are of the same records in the same order, with the same truth.

    Names, groups, labels and classes are compared.

    Example:
        >>> ids, shares = np.array(["a", "b"]), np.eye(2)
        >>> one = Predictions(ids, ids, np.array([0, 1]), shares, ("AF", "N"))
        >>> alike(one, one), alike(one, one.take(np.array([1, 0])))
        (True, False)
    """
    columns = ("names", "groups", "labels", "classes")
    return all(np.array_equal(getattr(ours, one), getattr(theirs, one)) for one in columns)
