"""The weighted macro AUC against scikit-learn's, with ties, weights and classes that lack."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ecgzoo.evaluation.ranked import BLOCK
from ecgzoo.evaluation.weighted import weighted_metric


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(6, 40),
    classes=st.integers(2, 4),
    steps=st.integers(2, 50),
    seed=st.integers(0, 10_000),
)
def test_is_scikit_learns_mean_over_classes_whatever_the_weights_and_ties(n, classes, steps, seed):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([[0, 1], rng.integers(0, classes, n - 2)])
    likely = rng.integers(1, steps + 1, (n, classes)).astype(float)  # few steps: many ties
    likely /= likely.sum(axis=1, keepdims=True)
    groups = np.concatenate([[0, 1], rng.integers(0, 5, n - 2)])
    measure = weighted_metric(labels, likely, groups, "macro_auc")
    weights = rng.random(measure.groups) + 0.01
    index = np.unique(groups, return_inverse=True)[1]
    expected = [
        roc_auc_score(labels == one, likely[:, one], sample_weight=weights[index])
        for one in np.unique(labels)
    ]
    assert measure(weights[None])[0] == pytest.approx(np.mean(expected), abs=1e-12)


def test_three_classes_unweighted_are_scikit_learns_ovr():
    rng = np.random.default_rng(0)
    labels, likely = rng.integers(0, 3, 200), rng.dirichlet(np.ones(3), 200)
    expected = roc_auc_score(labels, likely, multi_class="ovr", average="macro")
    assert weighted_metric(labels, likely, np.arange(200), "macro_auc").estimate == pytest.approx(
        expected, abs=1e-12
    )


def test_blocks_do_not_show():
    rng = np.random.default_rng(1)
    labels, likely = rng.integers(0, 2, 30), rng.dirichlet(np.ones(2), 30)
    measure = weighted_metric(labels, likely, np.arange(30), "macro_auc")
    weights = rng.random((BLOCK + 3, 30))
    np.testing.assert_allclose(measure(weights), [measure(one[None])[0] for one in weights])


def test_a_class_without_weight_is_left_out_and_one_class_alone_has_none():
    labels = np.array([0, 0, 1, 1, 2])
    likely = np.array(
        [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.4, 0.5, 0.1], [0, 0, 1]]
    )
    measure = weighted_metric(labels, likely, np.arange(5), "macro_auc")
    without_2, only_1 = measure(np.array([[1, 1, 1, 1, 0], [0, 0, 1, 1, 0]]))
    halves = [roc_auc_score(labels[:4] == one, likely[:4, one]) for one in (0, 1)]
    assert without_2 == pytest.approx(np.mean(halves))
    assert np.isnan(only_1)


def test_the_jackknife_leaves_each_group_out():
    rng = np.random.default_rng(2)
    labels, likely, groups = (
        rng.integers(0, 2, 40),
        rng.dirichlet(np.ones(2), 40),
        np.arange(40) % 8,
    )
    found = weighted_metric(labels, likely, groups, "macro_auc").jackknife()
    expected = [roc_auc_score(labels[groups != one], likely[groups != one, 1]) for one in range(8)]
    np.testing.assert_allclose(found, expected)
