"""half_sample_interval against the closed form of a mean, and its invariances."""

import numpy as np
import pytest

from ecgzoo.evaluation.complementarity.relations import half_sample_interval, random_halves


def of_mean(values, groups, **settings):
    return half_sample_interval(lambda rows: float(values[rows].mean()), groups, **settings)


def width(interval):
    return interval.high - interval.low


def test_a_means_interval_is_that_of_the_closed_form():
    values = np.random.default_rng(0).normal(size=600)
    found = of_mean(values, np.arange(600), resamples=4000)
    assert found.estimate == values.mean()
    assert width(found) == pytest.approx(2 * 1.96 * values.std(ddof=1) / np.sqrt(600), rel=0.04)


def test_copies_inside_a_group_add_no_certainty():
    values = np.random.default_rng(1).normal(size=100)
    once = of_mean(values, np.arange(100))
    thrice = of_mean(np.repeat(values, 3), np.repeat(np.arange(100), 3))
    assert width(thrice) == pytest.approx(width(once))


def test_a_figures_bias_at_half_the_records_does_not_move_it():
    values = np.random.default_rng(2).normal(size=200)
    found = half_sample_interval(lambda rows: values[rows].mean() + 100 / len(rows), range(200))
    assert (found.low + found.high) / 2 == pytest.approx(values.mean() + 0.5)


def test_halves_hold_half_the_groups_whole():
    groups = np.array(list("aabbbcddddee"))
    for rows in random_halves(groups, 50, seed=0):
        drawn = set(groups[rows])
        assert len(drawn) == 2
        assert len(rows) == sum(np.isin(groups, list(drawn)))


def test_seed_decides():
    values = np.random.default_rng(3).normal(size=50)
    assert of_mean(values, range(50), seed=1) == of_mean(values, range(50), seed=1)
    assert of_mean(values, range(50), seed=1) != of_mean(values, range(50), seed=2)


@pytest.mark.parametrize(
    ("groups", "settings", "message"),
    [
        ([0] * 50, {}, "at least 4 groups; got 1"),
        (range(50), {"resamples": 1}, "at least 2 resamples"),
        (range(50), {"level": 95}, "between 0 and 1"),
    ],
)
def test_bad_input_is_named(groups, settings, message):
    with pytest.raises(ValueError, match=message):
        of_mean(np.arange(50.0), groups, **settings)
