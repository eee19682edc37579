"""The loss of a corpus: each task by itself, over what its data set says."""

import numpy as np
import pytest

from ecgzoo.training.losses import WeightedBinaryCrossentropy
from ecgzoo.training.pretraining.known_labels import KnownBinaryCrossentropy, shares_of


def test_by_hand():
    told = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    known = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    answers = np.array([[0.8, 0.4, 0.1], [0.5, 0.5, 0.3]])
    loss = KnownBinaryCrossentropy([2.0, 1.0, 3.0], [0.5, 0.5, 1.0])
    found = np.asarray(loss.call(np.concatenate([told, known], axis=1), answers))
    first = -(2 * np.log(0.8) + np.log(0.6)) / 2
    assert found == pytest.approx([first, -np.log(0.7)], rel=1e-5)


def test_where_all_is_known_and_one_task_it_is_the_weighted_loss():
    rng = np.random.default_rng(0)
    told, answers = (rng.random((5, 4)) > 0.5).astype(float), rng.uniform(0.1, 0.9, (5, 4))
    weights = [1.0, 2.0, 3.0, 4.0]
    ours = KnownBinaryCrossentropy(weights, shares_of([4]), label_smoothing=0.1)
    theirs = WeightedBinaryCrossentropy(weights, label_smoothing=0.1)
    every = np.concatenate([told, np.ones_like(told)], axis=1)
    np.testing.assert_allclose(ours.call(every, answers), theirs.call(told, answers), rtol=1e-5)


def test_what_is_not_known_moves_nothing():
    loss = KnownBinaryCrossentropy([1.0, 1.0], [1.0, 1.0])
    one = np.array([[1.0, 1.0, 1.0, 0.0]])
    low, high = (float(loss(one, np.array([[0.5, share]]))) for share in (0.01, 0.99))
    assert low == high


def test_written_down_and_read_again():
    loss = KnownBinaryCrossentropy([1.0, 2.0], [0.5, 0.5], 0.1)
    again = KnownBinaryCrossentropy.from_config(loss.get_config())
    assert again.get_config() == loss.get_config()
