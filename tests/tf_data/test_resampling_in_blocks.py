"""Resampling block by block is resampling the whole."""

from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_data.resampling import resample
from tf_data.resampling_in_blocks import resampled_blocks

RATES = (100, 125, 128, 196.8504, 250, 257, 360, 500, 1000)


def in_blocks(signal, from_rate, to_rate, at_once):
    blocks = resampled_blocks(lambda a, b: signal[a:b], len(signal), from_rate, to_rate, at_once)
    return np.concatenate(list(blocks))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(RATES),
    st.sampled_from(RATES),
    st.integers(2, 4000),
    st.integers(1, 3000),
    st.integers(0, 2**32 - 1),
)
def test_it_is_the_whole_to_rounding_also_at_the_ends(from_rate, to_rate, samples, at_once, seed):
    rng = np.random.default_rng(seed)
    signal = (3 + rng.normal(size=(samples, 2)).cumsum(axis=0)).astype("float32")
    whole = resample(signal, from_rate, to_rate)
    found = in_blocks(signal, from_rate, to_rate, at_once)
    assert found.dtype == whole.dtype
    assert found.shape == whole.shape
    np.testing.assert_allclose(found, whole, rtol=0, atol=1e-6 * np.abs(whole).max())


@pytest.mark.parametrize(("from_rate", "to_rate"), [(250, 100), (128, 250), (360, 125)])
def test_a_gap_is_a_gap_as_far_as_the_filter_reaches_and_no_farther(from_rate, to_rate):
    signal = np.random.default_rng(0).normal(size=(4000, 1)).astype("float32")
    whole = resample(signal, from_rate, to_rate)
    signal[2000] = np.nan
    found = in_blocks(signal, from_rate, to_rate, 700)
    divisor = gcd(from_rate, to_rate)
    up, down = to_rate // divisor, from_rate // divisor
    reach = 10 * max(up, down) / (from_rate * up)  # s: half of scipy's filter
    apart = np.abs(np.arange(len(whole)) / to_rate - 2000 / from_rate)
    assert np.isnan(found[apart < reach]).all()
    beyond = apart > reach + (up + down) / (from_rate * up)  # scipy fills it up with zeros
    np.testing.assert_allclose(found[beyond], whole[beyond], atol=1e-5)


def test_no_more_is_read_at_once_than_was_asked_for_and_the_filters_reach():
    read = []

    def reader(start, stop):
        read.append(stop - start)
        return np.zeros((stop - start, 1))

    list(resampled_blocks(reader, 100_000, 250, 100, at_once=10_000))
    assert max(read) <= 10_000 + 2 * (10 * 5 / 2 + 5)
    assert sum(read) < 101_000
