"""Figures of estimates against scikit-learn and scipy, and intervals against draws by hand."""

import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.metrics import mean_absolute_error, r2_score

from ecgzoo.evaluation import (
    paired_regression_difference,
    regression_intervals,
    regression_metrics,
)

RNG = np.random.default_rng(0)
TRUE = RNG.normal(60, 15, 80)
TOLD = TRUE + RNG.normal(2, 8, 80)
OTHER = RNG.normal(60, 15, 80)
GROUPS = np.arange(80) // 4


def test_figures_are_those_of_scikit_learn_and_scipy() -> None:
    found = regression_metrics(TRUE, TOLD, "age")
    assert found.mae == pytest.approx(mean_absolute_error(TRUE, TOLD), rel=1e-12)
    assert found.r2 == pytest.approx(r2_score(TRUE, TOLD), rel=1e-9)
    assert found.pearson_r == pytest.approx(pearsonr(TRUE, TOLD).statistic, rel=1e-9)
    assert found.to_dict() == {**found.figures, "n": 80, "target": "age"}


def test_digits_are_kept_where_numbers_are_large_beside_their_spread() -> None:
    found = regression_metrics(TRUE + 1e7, TOLD + 1e7)
    assert found.r2 == pytest.approx(r2_score(TRUE, TOLD), rel=1e-6)
    assert found.pearson_r == pytest.approx(pearsonr(TRUE, TOLD).statistic, rel=1e-6)


def test_what_does_not_vary_has_no_r() -> None:
    found = regression_metrics([5.0, 5.0], [4.0, 6.0])
    assert (found.mae, found.r2, found.pearson_r) == (1.0, None, None)
    assert regression_metrics([4.0, 6.0], [5.0, 5.0]).pearson_r is None


def test_a_resample_is_of_whole_groups() -> None:
    """The interval against one whose resamples are drawn out by hand, with the same counts."""
    drawn = np.random.default_rng(0).multinomial(20, np.full(20, 1 / 20), 200)
    by_hand = []
    for counts in drawn:
        rows = np.concatenate([np.flatnonzero(g == GROUPS) for g in np.repeat(range(20), counts)])
        by_hand.append(r2_score(TRUE[rows], TOLD[rows]))
    found = regression_intervals(TRUE, TOLD, GROUPS, resamples=200)["r2"]
    np.testing.assert_allclose((found.low, found.high), np.quantile(by_hand, [0.025, 0.975]))
    assert found.estimate == pytest.approx(r2_score(TRUE, TOLD))


def test_a_paired_difference_is_the_figures_own_and_sees_who_is_worse() -> None:
    found = paired_regression_difference(TRUE, TOLD, OTHER, GROUPS)
    expected = mean_absolute_error(TRUE, TOLD) - mean_absolute_error(TRUE, OTHER)
    assert found.estimate == pytest.approx(expected)
    assert found.high < 0
    assert paired_regression_difference(TRUE, TOLD, TOLD, GROUPS).p_value == 1.0


@pytest.mark.parametrize(
    ("true", "told", "message"),
    [
        ([1.0, np.nan], [1.0, 2.0], "expected finite numbers in true; row 1 holds nan"),
        ([1.0, 2.0], [[1.0], [2.0]], "expected told as numbers [n]; got shape [2, 1]"),
        ([], [], "expected true as numbers [n]; got shape [0]"),
    ],
)
def test_unfit_numbers_are_named(true, told, message) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011, the whole message is compared
        regression_metrics(true, told)
    assert str(caught.value) == message
