"""McNemar's test against scipy's binomial test and the closed forms that statsmodels computes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ecgzoo.evaluation import mcnemar


def answers(both, first, second, neither):
    """Labels of zeros, and two classifiers that are right on as many as told."""
    ours = np.repeat([0, 0, 1, 1], [both, first, second, neither])
    theirs = np.repeat([0, 1, 0, 1], [both, first, second, neither])
    return np.zeros(len(ours), int), ours, theirs


@given(first=st.integers(0, 60), second=st.integers(0, 60))
def test_p_values_are_scipys(first, second):
    given_ = answers(5, first, second, 2)
    exact, mid, chi2 = (mcnemar(*given_, method).p_value for method in ("exact", "mid-p", "chi2"))
    if first + second == 0:
        assert exact == mid == chi2 == 1
        return
    of, rarer = first + second, min(first, second)
    binomial = stats.binomtest(first, of, 0.5).pvalue
    assert exact == pytest.approx(binomial)
    unclipped = 2 * stats.binom.cdf(rarer, of, 0.5) - stats.binom.pmf(rarer, of, 0.5)
    assert mid == pytest.approx(unclipped)
    statistic = max(abs(first - second) - 1, 0) ** 2 / of
    assert chi2 == pytest.approx(stats.chi2.sf(statistic, 1))


def test_fagerland_and_others_example():
    # Airway hyper-responsiveness before and after stem cell transplantation, 21 children (Bentur
    # et al. 2009), as tabulated by Fagerland, Lydersen and Laake (2013): 1 and 7 discordant pairs;
    # exact 0.0703, mid-p 0.0391.
    found = answers(1, 1, 7, 12)
    assert mcnemar(*found, "exact").p_value == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(*found, "mid-p").p_value == pytest.approx(0.0391, abs=5e-5)


def test_the_outcomes_are_counted():
    found = mcnemar(*answers(5, 4, 3, 2))
    assert (found.both, found.only_first, found.only_second, found.neither) == (5, 4, 3, 2)
    assert found.to_frame()["method"].tolist() == ["mid-p"]
    assert str(mcnemar(*answers(0, 30, 0, 0))) == "30 against 0, p < 0.0001"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"baseline": [0]}, "baseline: 1"),
        ({"predictions": [0.2, 0.8]}, "predictions as integer"),
        ({"labels": [[0, 1], [1, 0]]}, "argmax"),
        ({"method": "exat"}, "mid-p, exact, chi2; got 'exat'"),
    ],
)
def test_bad_input_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        mcnemar(**({"labels": [0, 1], "predictions": [0, 1], "baseline": [1, 1]} | changes))
