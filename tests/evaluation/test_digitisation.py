"""The signal-to-noise ratio of what was read, in closed form; what expected errors are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from ecgzoo.evaluation.digitisation import accepting, signal_to_noise

RATE = 500


def waves():
    times = np.arange(5000) / RATE
    return np.stack(
        [np.sin(2 * np.pi * 1.3 * times), 0.4 * np.cos(2 * np.pi * 0.7 * times)], axis=1
    )


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_white_noise_gives_its_ratio(share) -> None:
    truth = waves()
    noise = np.random.default_rng(0).normal(0, share * np.sqrt((truth**2).mean()), truth.shape)
    expected = -20 * np.log10(share)
    assert signal_to_noise(truth, truth + noise, RATE, lag=0) == pytest.approx(expected, abs=0.2)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_an_offset_of_each_lead_is_free(one, other) -> None:
    truth = waves()
    read = truth + 0.1 * np.cos(np.arange(5000))[:, None]
    expected = signal_to_noise(truth, read, RATE, lag=0)
    assert signal_to_noise(truth, read + [one, other], RATE, lag=0) == pytest.approx(expected)


@pytest.mark.parametrize("shift", [-100, -13, 40, 100])
def test_a_lag_is_free_up_to_its_limit(shift) -> None:
    truth = np.zeros((5000, 1))
    truth[1000:4000, 0] = np.sin(2 * np.pi * 1.3 * np.arange(3000) / RATE)
    read = np.roll(truth, shift, axis=0)
    assert signal_to_noise(truth, read, RATE) > 100
    assert signal_to_noise(truth, read, RATE, lag=(abs(shift) - 10) / RATE) < 20


def test_what_is_not_printed_does_not_count_and_what_is_not_read_does() -> None:
    truth, read = waves(), waves()
    truth[2500:, 0] = np.nan
    read[2500:, 0] = 7
    assert signal_to_noise(truth, read, RATE) > 100
    read[:, 1] = np.nan  # all of its power is noise
    power = [np.nanvar(truth[:, 0]) * 2500, np.var(truth[:, 1]) * 5000]
    expected = 10 * np.log10(sum(power) / power[1])
    assert signal_to_noise(truth, read, RATE) == pytest.approx(expected, abs=0.01)


def test_nothing_printed_has_no_ratio_and_other_shapes_are_refused() -> None:
    assert np.isnan(signal_to_noise(np.full((9, 1), np.nan), np.zeros((9, 1)), RATE))
    with pytest.raises(ValueError, match="as printed"):
        signal_to_noise(np.zeros((9, 1)), np.zeros((9, 2)), RATE)


def test_accepting_leads_has_the_roc_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    there = rng.lognormal(-3, 1, 80)
    expected = np.round(there * rng.lognormal(0, 0.8, 80), 2)  # some are equal
    off = there > 0.1
    found = accepting(list(zip(expected, there, strict=True)), most=0.1)
    assert found.area == pytest.approx(roc_auc_score(off, expected))
    wrong, right, levels = roc_curve(~off, -expected, drop_intermediate=False)
    np.testing.assert_allclose(found.off, wrong)
    np.testing.assert_allclose(found.others, right)
    np.testing.assert_allclose(found.expected[1:], -levels[1:])


@pytest.mark.parametrize("there", [0.01, 0.5])
def test_of_leads_that_are_all_alike_nothing_can_be_told(there) -> None:
    found = accepting([(0.02, there), (0.3, there)], most=0.1)
    assert np.isnan(found.area)
    assert {found.off[-1], found.others[-1]} == {0.0, 1.0}
