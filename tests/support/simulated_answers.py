"""Answers of simulated classifiers: scores of class, group and chance, through a softmax."""

import numpy as np


def labels_and_groups(n, groups, classes=3, seed=0):
    """Labels of uneven classes, all of which occur, and groups of about one size."""
    rng = np.random.default_rng(seed)
    share = np.arange(classes, 0, -1) / np.arange(1, classes + 1).sum()
    labels = np.concatenate([np.arange(classes), rng.choice(classes, n - classes, p=share)])
    return rng.permutation(labels), np.arange(n) % groups


def probabilities_of(labels, groups, strength, seed, classes=3):
    """Probabilities that lean towards the label, with an error that a group shares."""
    rng = np.random.default_rng(seed)
    of_group = rng.normal(size=(int(groups.max()) + 1, classes))[groups]
    scores = strength * np.eye(classes)[labels] + 0.5 * of_group
    scores += rng.normal(size=scores.shape)
    likely = np.exp(scores)
    return likely / likely.sum(axis=1, keepdims=True)
