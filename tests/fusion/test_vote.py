"""Votes: counted in inference, trained and explained through the mean probability."""

import keras
import numpy as np
import tensorflow as tf

from ecgzoo.fusion.output.vote import Vote

ANSWERS = np.array([[[0.5, 0.3, 0.2], [0.1, 0.5, 0.4], [0.2, 0.45, 0.35]]], "float32")
ALL = np.ones((1, 3), "float32")


def test_the_most_domains_decide_though_the_mean_says_otherwise() -> None:
    one_is_sure = np.array([[[0.98, 0.01, 0.01], [0.4, 0.6, 0.0], [0.4, 0.6, 0.0]]], "float32")
    assert one_is_sure.mean(1).argmax() == 0
    voted = np.asarray(Vote()([one_is_sure, ALL]))
    assert voted.argmax() == 1
    np.testing.assert_allclose(voted, [[1 / 3, 2 / 3, 0]], atol=1e-3)
    np.testing.assert_allclose(voted.sum(), 1, atol=1e-6)


def test_ties_go_by_the_mean() -> None:
    for sure, winner in ((0.9, 0), (0.55, 1)):
        tied = np.array([[[sure, 1 - sure], [0.3, 0.7]]], "float32")
        assert np.asarray(Vote()([tied, ALL[:, :2]])).argmax() == winner


def test_in_training_it_is_the_mean() -> None:
    found = Vote()([ANSWERS, ALL], training=True)
    np.testing.assert_allclose(found, ANSWERS.mean(1), atol=1e-6)


def test_its_gradient_is_that_of_the_mean() -> None:
    for training in (False, True):
        answers = tf.constant(ANSWERS)
        with tf.GradientTape() as tape:
            tape.watch(answers)
            score = Vote()([answers, ALL], training=training)[0, 1]
        expected = np.zeros_like(ANSWERS)
        expected[0, :, 1] = 1 / 3
        np.testing.assert_allclose(tape.gradient(score, answers), expected, atol=1e-6)


def test_each_class_of_more_than_a_half_has_a_vote() -> None:
    answers = np.array([[[0.9, 0.6], [0.4, 0.7], [0.2, 0.45]]], "float32")
    found = np.asarray(keras.ops.squeeze(Vote(multi_label=True)([answers, ALL])))
    np.testing.assert_allclose(found, [1 / 3, 2 / 3], atol=1e-3)
    assert (found > 0.5).tolist() == [False, True]
