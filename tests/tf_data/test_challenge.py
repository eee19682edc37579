"""The challenge's score against the published algorithm, written out record by record."""

import itertools

import numpy as np
import pytest

import tf_data
from ecgzoo.errors import UnknownNameError
from tf_data.cinc2021.challenge import challenge_score, weights_of
from tf_data.cinc2021.published import CODES, scored

CLASSES = tf_data.card_of("cinc2021").label_sets["scored"].classes


def credit(labels, answers, weights) -> float:
    """evaluate_model.py of physionetchallenges/evaluation-2021, loop by loop."""
    total = 0.0
    for held, called in zip(labels, answers, strict=True):
        shared = max(sum(bool(a or b) for a, b in zip(held, called, strict=True)), 1)
        for i, j in itertools.product(range(len(held)), repeat=2):
            if held[i] and called[j]:
                total += weights[i, j] / shared
    return total


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_published_one(seed):
    rng = np.random.default_rng(seed)
    classes = list(rng.permutation(CLASSES)[:9])
    classes += ["NSR"] * ("NSR" not in classes)
    labels, called = rng.random((2, 40, len(classes))) < 0.25
    weights = weights_of(classes)
    inactive = np.zeros_like(labels)
    inactive[:, classes.index("NSR")] = True
    worst, best = credit(labels, inactive, weights), credit(labels, labels, weights)
    expected = (credit(labels, called, weights) - worst) / (best - worst)
    assert challenge_score(labels, called, classes) == pytest.approx(expected, abs=1e-12)


def test_weights_are_symmetric_and_as_printed():
    weights = weights_of(CLASSES)
    assert weights.shape == (26, 26)
    np.testing.assert_array_equal(weights, weights.T)
    np.testing.assert_array_equal(np.diag(weights), 1)
    assert weights[np.triu_indices(26, 1)].max() == 0.5
    at = {name: index for index, name in enumerate(CLASSES)}
    for one, other, reward in (
        ("AF", "AFL", 0.5),
        ("AF", "NSR", 0.25),
        ("NSR", "QAb", 0.15),
        ("PAC", "QAb", 0.2375),
        ("BBB", "LBBB", 0.475),
        ("Brady", "SB", 0.5),
    ):
        assert weights[at[one], at[other]] == reward


def test_the_card_has_the_scored_classes():
    assert set(CODES.values()) == set(CLASSES)
    assert len(CODES) == 30
    assert scored(["284470004", "63593006", "1"]) == ("PAC",)


def test_what_is_wrong_is_named():
    with pytest.raises(UnknownNameError, match="scored class 'NSRR'; did you mean 'NSR'"):
        challenge_score([[1]], [[1]], ["NSRR"])
    with pytest.raises(UnknownNameError, match="expected the class NSR; got AF"):
        challenge_score([[1]], [[1]], ["AF"])
    with pytest.raises(ValueError, match=r"\[n, 2\]"):
        challenge_score([[1]], [[1]], ["AF", "NSR"])
    with pytest.raises(ValueError, match="other classes than NSR"):
        challenge_score([[0, 1]], [[1, 0]], ["AF", "NSR"])
