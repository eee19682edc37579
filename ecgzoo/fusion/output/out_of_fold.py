"""Out-of-fold answers of the branches, as the fusions that are fitted to them take them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Answers = np.ndarray | Mapping[str, np.ndarray]


def answers_of(probabilities: Answers) -> np.ndarray:
    """``[records, domains, classes]`` from that, or from ``[records, classes]`` by domain.

    Raises:
        ValueError: if the array has another number of axes, or holds no records.
    """
    if isinstance(probabilities, Mapping):
        probabilities = np.stack([np.asarray(one) for one in probabilities.values()], axis=1)
    answers = np.asarray(probabilities, np.float64)
    if answers.ndim != 3 or not len(answers):
        raise ValueError(f"expected answers [records, domains, classes]; got {answers.shape}")
    return answers


def targets_of(labels: np.ndarray, answers: np.ndarray, multi_label: bool) -> np.ndarray:
    """``[records, classes]`` of ones and zeros, from that or from the class of each record.

    Raises:
        ValueError: if the labels do not match the answers.
    """
    labels, (records, _, classes) = np.asarray(labels), answers.shape
    if labels.shape == (records, classes):
        return labels.astype(np.float64)
    if multi_label or labels.shape != (records,):
        expected = f"[{records}, {classes}]" + ("" if multi_label else f" or [{records}]")
        raise ValueError(f"expected labels {expected}; got {list(labels.shape)}")
    return np.eye(classes)[labels]
