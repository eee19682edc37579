"""The loss of several classes at once beside Keras' own, and what a class's positives weigh."""

import keras
import numpy as np
import pytest

from ecgzoo.training.losses import WeightedBinaryCrossentropy, loss_of, positive_weights


@pytest.fixture
def answers() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    shares = rng.uniform(0.01, 0.99, (50, 3)).astype(np.float32)
    return (rng.random((50, 3)) < 0.3).astype(np.float32), shares


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_with_equal_weights_it_is_the_binary_crossentropy(answers, smoothing: float) -> None:
    theirs = keras.losses.BinaryCrossentropy(label_smoothing=smoothing)(*answers)
    ours = WeightedBinaryCrossentropy([1, 1, 1], smoothing)(*answers)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_a_weight_is_as_many_copies_of_a_positive(answers) -> None:
    targets, shares = (one[:, :1] for one in answers)
    copies = np.where(targets[:, 0] > 0, 3, 1)
    log = targets * np.log(shares) + (1 - targets) * np.log(1 - shares)
    ours = WeightedBinaryCrossentropy([3.0])(targets, shares)
    np.testing.assert_allclose(ours, -(copies * log[:, 0]).sum() / len(log), rtol=1e-5)


def test_shares_are_what_each_class_counts_for(answers) -> None:
    targets, shares = answers
    whole = WeightedBinaryCrossentropy([1.0, 2.0, 3.0], shares=[0.5, 0.25, 0.25])(targets, shares)
    each = [
        WeightedBinaryCrossentropy([weight])(targets[:, [place]], shares[:, [place]])
        for place, weight in enumerate([1.0, 2.0, 3.0])
    ]
    assert float(whole) == pytest.approx(np.average(each, weights=[0.5, 0.25, 0.25]), rel=1e-5)
    again = WeightedBinaryCrossentropy([1.0], shares=[1.0]).get_config()
    assert WeightedBinaryCrossentropy.from_config(again).shares == [1.0]


def test_the_ends_are_finite_and_it_can_be_written_down() -> None:
    loss = WeightedBinaryCrossentropy([2.0], 0.05)
    again = WeightedBinaryCrossentropy.from_config(loss.get_config())
    ends = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    assert np.isfinite(loss(*ends))
    assert loss(*ends) == again(*ends)


def test_weights_are_bounded() -> None:
    targets = np.zeros((1000, 3))
    targets[:1, 0] = targets[:100, 1] = targets[:900, 2] = 1
    np.testing.assert_allclose(positive_weights(targets), [10, 3, 1])


def test_the_labels_decide_which_loss() -> None:
    assert isinstance(loss_of(np.eye(3), False), keras.losses.CategoricalCrossentropy)
    assert isinstance(loss_of(np.eye(3), True), WeightedBinaryCrossentropy)
