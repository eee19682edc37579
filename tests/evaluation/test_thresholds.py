"""fit_thresholds against a loop with scikit-learn, and on bad input."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_curve

from ecgzoo.evaluation import fit_thresholds

CLASSES = ("Normal", "HB", "MI")


def draw(seed=0, n=60):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 3)
    probabilities = rng.dirichlet(np.ones(3), n) + 0.4 * np.eye(3)[labels]
    return labels, np.round(probabilities / probabilities.sum(1, keepdims=True), 2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_no_threshold_that_occurs_has_a_higher_f1(seed):
    labels, probabilities = draw(seed, n=30)
    found = fit_thresholds(labels, probabilities, CLASSES)
    for label, name in enumerate(CLASSES):
        member, one = labels == label, probabilities[:, label]
        precision, recall, at = precision_recall_curve(member, one)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
        scores = dict(zip(at, f1, strict=False))
        best = max(scores.values())
        assert found.f1[name] == pytest.approx(best)
        highest = max(at for at, score in scores.items() if score >= best - 1e-12)
        assert found.values[name] == highest


def test_f1_with_and_without_them_is_scikit_learns():
    labels, probabilities = draw(1)
    found = fit_thresholds(labels, probabilities, CLASSES)
    called = found.apply(probabilities)
    for label, name in enumerate(CLASSES):
        assert found.f1[name] == pytest.approx(f1_score(labels == label, called[:, label]))
        half = f1_score(labels == label, probabilities[:, label] >= 0.5)
        assert found.f1_at_half[name] == pytest.approx(half)
        assert found.f1[name] >= half


def test_equal_probabilities_are_called_together():
    found = fit_thresholds([0, 1, 0, 1], [[0.6, 0.4]] * 4, ("a", "b"))
    assert found.values == {"a": 0.6, "b": 0.4}
    assert found.f1["a"] == pytest.approx(2 / 3)


def test_frame_and_dictionary():
    found = fit_thresholds(*draw(), CLASSES)
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert found.to_frame().loc["MI", "threshold"] == found.values["MI"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, p: (y[:-1], p, CLASSES), r"expected probabilities \[59, 3\]"),
        (lambda y, p: (y, p * np.nan, CLASSES), "holds NaN"),
        (lambda y, p: (y * 0, p, CLASSES), "of Normal needs.*60 of 60 records"),
        (lambda y, p: (y % 2, p, CLASSES), "of MI needs.*0 of 60 records are of it"),
        (lambda y, p: (y, p, CLASSES[:2]), "expected 3 class names; got 2"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        fit_thresholds(*change(*draw()))
