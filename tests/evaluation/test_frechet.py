"""frechet_distance against closed forms and scipy's matrix root."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from ecgzoo.evaluation import frechet_distance


def draw(seed, n, width=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, width)) @ rng.normal(size=(width, width)) + rng.normal(size=width)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 40), st.integers(6, 40))
def test_equals_equation_6_with_scipys_root(seed, n, m):
    x, y = draw(seed, n), draw(seed + 1, m)
    c, d = np.cov(x.T), np.cov(y.T)
    apart = ((x.mean(0) - y.mean(0)) ** 2).sum()
    expected = apart + np.trace(c + d - 2 * np.real(sqrtm(c @ d)))
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-6, abs=1e-8)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_one_dimension_is_the_difference_of_means_and_deviations():
    x, y = (
        np.random.default_rng(0).normal(1, 2, (80, 1)),
        np.random.default_rng(1).normal(size=(90, 1)),
    )
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert frechet_distance(x, y) == pytest.approx(expected)


def test_a_set_from_itself_is_zero_also_where_its_covariance_is_singular():
    x = draw(0, 5, width=20)
    assert frechet_distance(x, x[::-1]) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(x, x + 1) == pytest.approx(20)


def test_turning_both_changes_nothing():
    x, y = draw(0, 30), draw(1, 30)
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]
    assert frechet_distance(x @ turn, y @ turn) == pytest.approx(frechet_distance(x, y))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (draw(0, 3), draw(1, 9), "at least 4 records of first; got 3"),
        (draw(0, 9), draw(1, 9) * np.nan, "finite second; row 0"),
        (draw(0, 9), draw(1, 9, width=4), "one width; got 3 and 4"),
        (draw(0, 9)[:, 0], draw(1, 9), r"first \[records, width\]; got shape \[9\]"),
    ],
)
def test_bad_input_is_named(first, second, message):
    with pytest.raises(ValueError, match=message):
        frechet_distance(first, second)
