"""The Bayesian comparisons against closed forms, scipy and each other."""

import sys

import numpy as np
import pytest
from scipy import stats
from simulated_answers import labels_and_groups, probabilities_of

from ecgzoo.evaluation import (
    bayesian_bootstrap,
    correlated_t_test,
    paired_difference,
    paired_outcomes_posterior,
)


def pair(n=300, groups=100, strengths=(2.0, 1.5)):
    labels, index = labels_and_groups(n, groups)
    ours, theirs = (
        probabilities_of(labels, index, one, seed) for seed, one in enumerate(strengths, 1)
    )
    return labels, ours, theirs, index


def outcomes(first, second, both=80, neither=10):
    ours = np.repeat([0, 0, 1, 1], [both, first, second, neither])
    theirs = np.repeat([0, 1, 0, 1], [both, first, second, neither])
    return np.zeros(len(ours), int), ours, theirs


def test_the_bayesian_bootstrap_of_means_has_the_dirichlets_moments():
    labels, ours, theirs, _ = pair(200)
    found = bayesian_bootstrap(labels, ours, theirs, np.arange(200), "accuracy", draws=50_000)
    gains = (ours.argmax(1) == labels) * 1.0 - (theirs.argmax(1) == labels)
    assert found.estimate == pytest.approx(gains.mean(), abs=0.001)
    deviation = np.sqrt(gains.var() / 201)  # of a Dirichlet(1, ..., 1) mean
    assert found.high - found.low == pytest.approx(2 * 1.96 * deviation, rel=0.02)
    assert found.better == pytest.approx(stats.norm.sf((0.01 - gains.mean()) / deviation), abs=0.01)


@pytest.mark.parametrize("metric", ["macro_f1", "macro_auc"])
def test_the_bayesian_bootstrap_agrees_with_the_bootstrap(metric):
    given = pair()
    found, other = bayesian_bootstrap(*given, metric), paired_difference(*given, metric)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.006)
    assert found.better + found.equivalent + found.worse == pytest.approx(1)
    assert bayesian_bootstrap(*given, metric, rope=0).equivalent == 0


def test_turning_the_pair_round_turns_better_and_worse():
    labels, ours, theirs, groups = pair()
    one, other = (
        bayesian_bootstrap(labels, *both, groups) for both in ((ours, theirs), (theirs, ours))
    )
    assert (one.better, one.worse) == (other.worse, other.better)


def test_paired_outcomes_have_the_dirichlets_moments_and_the_betas_odds():
    found = paired_outcomes_posterior(*outcomes(25, 15), rope=0)
    first, second, total = 26, 16, 134
    assert found.estimate == pytest.approx((first - second) / total, abs=0.001)
    # Given that one alone is right, whose is a beta variable; more than half means better.
    assert found.better == pytest.approx(stats.beta.sf(0.5, first, second), abs=0.005)
    variance = (first + second - (first - second) ** 2 / total) / total / (total + 1)
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=0.02)


def test_a_wide_region_makes_equal_and_many_records_make_sure():
    assert paired_outcomes_posterior(*outcomes(2, 1), rope=0.2).equivalent > 0.99
    many = paired_outcomes_posterior(*outcomes(10, 10, 5000, 300))
    assert many.equivalent > 0.99
    assert paired_outcomes_posterior(*outcomes(60, 5)).better > 0.99
    assert list(many.to_frame()) == list(many.to_dict())


@pytest.mark.parametrize("rope", [0, 0.01])
def test_the_correlated_t_test_is_nadeau_and_bengios(rope):
    rng = np.random.default_rng(0)
    ours, theirs = 0.9 + 0.03 * rng.normal(size=20), 0.88 + 0.03 * rng.normal(size=20)
    found = correlated_t_test(ours, theirs, rope, runs=4)
    gains = ours - theirs
    scale = np.sqrt((1 / 20 + 1 / 4) * gains.var(ddof=1))  # five folds: a quarter is test / train
    law = stats.t(19, gains.mean(), scale)
    assert found.better == pytest.approx(law.sf(rope))
    assert found.worse == pytest.approx(law.cdf(-rope))
    assert found.equivalent == pytest.approx(law.cdf(rope) - law.cdf(-rope))
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (gains.mean(), *law.interval(0.95))
    )


def test_folds_without_any_difference_are_equal():
    found = correlated_t_test([0.8, 0.9], [0.8, 0.9])
    assert (found.better, found.equivalent, found.worse) == (0, 1, 0)
    assert (found.low, found.high) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"baseline": [0.8]}, "scores: 2, baseline: 1"),
        ({"scores": [0.8, np.nan]}, "finite score per fold"),
        ({"scores": [[0.8, 0.9]] * 2}, "finite score per fold"),
        ({"runs": 2}, "2 runs of at least 2 folds each; got 2 scores"),
        ({"runs": 0}, "0 runs"),
        ({"rope": -0.1}, "equal in practice, such as 0.01; got -0.1"),
        ({"level": 95}, "level between 0 and 1"),
    ],
)
def test_bad_scores_are_named_before_the_library_is_asked(changes, message, monkeypatch):
    monkeypatch.setitem(sys.modules, "baycomp.single", None)
    with pytest.raises(ValueError, match=message):
        correlated_t_test(**({"scores": [0.8, 0.9], "baseline": [0.7, 0.8]} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rope": np.nan}, "equal in practice"),
        ({"draws": 1}, "at least 2"),
        ({"baseline": [0]}, "baseline: 1"),
    ],
)
def test_bad_input_is_named(changes, message):
    given = {"labels": [0, 1], "predictions": [0, 1], "baseline": [1, 1]} | changes
    with pytest.raises(ValueError, match=message):
        paired_outcomes_posterior(**given)
    with pytest.raises(ValueError, match=message):
        bayesian_bootstrap(**given, groups=[0, 1])
