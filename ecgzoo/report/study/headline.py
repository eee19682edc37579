"""Which figure stands for all: the macro F1 of one label each, the macro AUC of several at once."""

from __future__ import annotations

import numpy as np

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation.ranked import KINDS, MACRO_AUC

MACRO_F1 = "macro_f1"
SHOWN = {
    "accuracy": "accuracy",
    MACRO_F1: "macro F1",
    MACRO_AUC: "macro AUC",
    "macro_average_precision": "macro average precision",
}


def headline_of(one: Predictions) -> str:
    """The metric that stands for all, as the functions of ``ecgzoo.evaluation`` name it.

    Example:
        >>> ids, shares = np.array(["a"]), np.array([[0.9, 0.2]])
        >>> headline_of(Predictions(ids, ids, np.array([0]), shares, ("N", "V")))
        'macro_f1'
        >>> headline_of(Predictions(ids, ids, np.array([[1, 0]]), shares, ("N", "V")))
        'macro_auc'
    """
    return MACRO_AUC if one.several else MACRO_F1


def asked_by(metric: str, one: Predictions) -> np.ndarray:
    """What a metric takes: probabilities where it ranks, else what is called.

    Example:
        >>> ids, shares = np.array(["a"]), np.array([[0.9, 0.2]])
        >>> one = Predictions(ids, ids, np.array([[1, 0]]), shares, ("N", "V"))
        >>> asked_by("macro_auc", one).tolist(), asked_by("macro_f1", one).tolist()
        ([[0.9, 0.2]], [[True, False]])
    """
    return one.probabilities if metric in KINDS else one.answers
