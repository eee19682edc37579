"""Hum and spikes: amplitudes as they were added, places as they were put."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_data.inspection.hum import hum_of
from tf_data.inspection.spikes import spikes_of


def beats(rate: float, seconds: float, size: float = 1.5) -> np.ndarray:
    """QRS complexes of 80 ms over some noise, ``[samples, 1]``."""
    time = np.arange(round(rate * seconds)) / rate
    noise = np.random.default_rng(0).normal(0, 0.01, time.size)
    return (size * np.exp(-(((time % 0.9 - 0.4) / 0.02) ** 2)) + noise)[:, None]


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([50.0, 60.0]),
    st.floats(-0.2, 0.2),
    st.floats(0.02, 0.5),
    st.sampled_from([200, 250, 360, 500, 1000]),
)
def test_hum_that_is_added_is_measured(mains, drift, amplitude, rate):
    signal = beats(rate, 12)
    time = np.arange(len(signal))[:, None] / rate
    wave = amplitude * np.sin(2 * np.pi * (mains + drift) * time)
    found = np.median(hum_of(signal + wave, rate, mains))
    assert found == pytest.approx(amplitude, rel=0.2, abs=0.004)
    other = 110.0 - mains
    assert np.median(hum_of(signal + wave, rate, other)) < 0.01


def test_hum_is_not_told_where_the_rate_is_too_low_or_a_sample_is_missing():
    for rate in (100, 1, 0.125, 0.01):
        assert hum_of(beats(100, 12), rate, 50.0).shape == (0, 1)
    signal = beats(250, 12)
    signal[1100] = np.nan  # of the second of three pieces
    assert hum_of(signal, 250, 50.0).shape == (2, 1)


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([250, 360, 500, 1000]),
    st.lists(st.integers(1, 90), unique=True, max_size=10),
    st.sampled_from([-1, 1]),
    st.floats(0.8, 5.0),
)
def test_spikes_are_found_where_they_were_put_and_beats_are_none(rate, tenths, sign, size):
    signal = np.repeat(beats(rate, 10), 2, axis=1)
    places = sorted(round(one * rate / 10 + 0.05 * rate) for one in tenths)
    places = [one for one in places if abs((one / rate) % 0.9 - 0.4) > 0.08]
    signal[places] += sign * size
    found = spikes_of(signal, rate)
    apart = [one for i, one in enumerate(places) if i == 0 or one - places[i - 1] > 0.1 * rate + 1]
    assert set(found) <= {one + i for one in places for i in (0, 1)}
    assert len(found) >= len(apart)


def test_a_steep_complex_and_noise_are_no_spikes():
    assert spikes_of(beats(500, 30, size=4.0), 500).tolist() == []
    noise = np.random.default_rng(0).normal(0, 0.3, (5000, 3))
    assert spikes_of(noise, 500).tolist() == []


def test_one_lead_of_three_is_no_pacemaker():
    signal = np.repeat(beats(500, 10), 3, axis=1)
    signal[1000, 0] += 2
    assert spikes_of(signal, 500).tolist() == []
