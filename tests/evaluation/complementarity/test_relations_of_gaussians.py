"""Relations of embeddings against closed forms of Gaussians, explicit sums and scikit-learn."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA
from sklearn.decomposition import PCA

from ecgzoo.evaluation.complementarity import (
    canonical_correlation,
    canonical_variates,
    component_correlations,
    linear_cka,
    mean_absolute_correlation,
    mean_correlation,
    mutual_information,
    pooled_correlation,
)
from ecgzoo.evaluation.complementarity.correlation import leading_components


def correlated(rho, n=2000, seed=0):
    """Two embeddings of independent columns; column i of one correlates with that of the other."""
    rho = np.asarray(rho, float)
    x, noise = np.random.default_rng(seed).normal(size=(2, n, len(rho)))
    return x, rho * x + np.sqrt(1 - rho**2) * noise


@pytest.mark.parametrize("rho", [[0.9], [0.6], [0.9, 0.7, 0.5]])
def test_mutual_information_is_that_of_the_gaussian(rho):
    truth = -0.5 * np.log(1 - np.square(rho)).sum()
    assert mutual_information(*correlated(rho)) == pytest.approx(truth, abs=0.08)


def test_mutual_information_sees_what_correlation_does_not():
    x = np.random.default_rng(0).normal(size=(1000, 1))
    circle = np.random.default_rng(1).choice([-1, 1], (1000, 1)) * x
    assert abs(pooled_correlation(x, circle)) < 0.1
    assert mutual_information(x, circle) > 1


def test_information_and_canonical_correlation_do_not_depend_on_the_axes():
    x, y = correlated([0.9, 0.6, 0.3], n=300)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0] * [1, 5, 25]
    assert canonical_correlation(x @ turn, y) == pytest.approx(canonical_correlation(x, y))
    assert mutual_information(x @ turn, y) == pytest.approx(mutual_information(x, y), abs=1e-6)


def test_canonical_variates_are_those_of_scikit_learn():
    x, y = correlated([0.9, 0.6, 0.3], n=200)
    ours = canonical_variates(x, y, components=3)
    theirs = CCA(3, max_iter=5000, tol=1e-12).fit(x, y).transform(x, y)
    for one, other in zip(ours, theirs, strict=True):
        signed = np.corrcoef(one.T, other.T)[:3, 3:]
        np.testing.assert_allclose(np.abs(signed), np.eye(3), atol=1e-4)


@pytest.mark.parametrize("width", [6, 200])
def test_leading_components_are_those_of_scikit_learn(width):
    latent, mixing = np.random.default_rng(0), np.random.default_rng(1)
    x = latent.normal(size=(80, 6)) @ mixing.normal(size=(6, width))
    scaled = (x - x.mean(0)) / x.std(0)
    theirs = PCA(4).fit_transform(scaled)
    ours = leading_components(x, 4)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs / theirs.std(0)), atol=1e-8)
    assert (np.array([np.corrcoef(one, scaled.T)[0, 1:].sum() for one in ours.T]) >= 0).all()


def test_a_constant_column_is_no_component():
    x = np.random.default_rng(0).normal(size=(40, 2))
    padded = np.hstack([x, np.full((40, 1), 0.1)])
    np.testing.assert_allclose(leading_components(padded, 5), leading_components(x, 5))


def test_component_correlations_are_pearsons():
    x, y = correlated([0.8, 0.4, 0.1], n=100)
    found = component_correlations(x, y, components=2)
    scores = [leading_components(one, 2) for one in (x, y)]
    np.testing.assert_allclose(found, np.corrcoef(*[s.T for s in scores])[:2, 2:], atol=1e-10)
    all_ = component_correlations(x, y)
    assert mean_correlation(x, y) == pytest.approx(all_.mean())
    assert mean_absolute_correlation(x, y) == pytest.approx(np.abs(all_).mean())


def test_unrelated_components_correlate_as_chance_has_it():
    rng = np.random.default_rng(0)
    found = [mean_absolute_correlation(*rng.normal(size=(2, 491, 8))) for _ in range(40)]
    assert np.mean(found) == pytest.approx(np.sqrt(2 / (np.pi * 491)), rel=0.05)


def test_alignment_is_the_sum_over_different_records():
    x, y = np.random.default_rng(0).normal(size=(2, 6, 3))
    y += x

    def hsic(k, l_):
        terms = [
            k[i, j] * l_[i, j] + k[i, j] * l_[q, r] - 2 * k[i, j] * l_[i, q]
            for i, j, q, r in permutations(range(6), 4)
        ]
        return np.mean(terms)

    k, l_ = x @ x.T, y @ y.T
    expected = hsic(k, l_) / np.sqrt(hsic(k, k) * hsic(l_, l_))
    assert linear_cka(x, y) == pytest.approx(expected)


def test_alignment_is_that_of_the_gaussian():
    rho = np.array([0.9, 0.5, 0.0])
    expected = (rho**2).sum() / 3  # |covariance|^2 / (|own| |other|), all identities but the first
    assert linear_cka(*correlated(rho, n=1500)) == pytest.approx(expected, abs=0.03)


def test_alignment_of_unrelated_embeddings_is_zero_on_average():
    rng = np.random.default_rng(0)
    found = [linear_cka(*rng.normal(size=(2, 60, 40))) for _ in range(60)]
    assert np.mean(found) == pytest.approx(0, abs=4 * np.std(found) / np.sqrt(60))


def test_alignment_of_what_is_turned_and_scaled_is_one():
    x = np.random.default_rng(0).normal(size=(50, 4)) * [1, 2, 3, 4]
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    assert linear_cka(x, -3 * x @ turn + 1) == pytest.approx(1)
    assert linear_cka(x, x * [4, 3, 2, 1]) < 0.9


def test_pooled_correlation_is_signed_and_needs_pools_that_vary():
    x = np.random.default_rng(0).normal(size=(50, 4))
    assert pooled_correlation(x, -x[:, ::-1]) == pytest.approx(-1)
    with pytest.raises(ValueError, match="the same for every record"):
        pooled_correlation(x, x - x.mean(axis=1, keepdims=True))
