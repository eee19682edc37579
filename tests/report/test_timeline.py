"""The strip over time: means as they are counted one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.windows_over_time import WindowsOverTime
from ecgzoo.report.timeline_figure import draw_over_time, mean_over_time


def answers(starts, window, seconds, seed=0):
    shares = np.random.default_rng(seed).dirichlet([1, 1, 1], len(starts))
    names = np.full(len(starts), "r")
    table = Predictions(names, names, None, shares, ("N", "S", "V"))
    return WindowsOverTime("r", seconds, window, np.array(starts, float), table, {})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=20, unique=True), st.integers(1, 40))
def test_a_part_is_the_mean_of_the_windows_that_reach_into_it(starts, columns):
    found = answers(sorted(starts), 10.0, 100.0)
    means = mean_over_time(found, columns)
    for place in range(columns):
        left, right = 100 * place / columns, 100 * (place + 1) / columns
        inside = (found.starts < right - 1e-6) & (found.starts + 10 > left + 1e-6)
        if inside.any():
            expected = found.answers.probabilities[inside].mean(axis=0)
            np.testing.assert_allclose(means[:, place], expected, atol=1e-9)
        else:
            assert np.isnan(means[:, place]).all()


@pytest.mark.parametrize("seconds", [10, 200, 86400])
def test_it_is_drawn_of_any_length(tmp_path, seconds):
    starts = np.arange(0, seconds - 9, 5.0)
    draw_over_time(answers(starts, 10.0, float(seconds)), tmp_path / "strip.png", "r by m")
    assert (tmp_path / "strip.png").stat().st_size > 5000
