"""TimeDomain against its closed form, and its invariances."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgzoo.domains.frequency import frequency
from ecgzoo.domains.time import TimeDomain, standardised, time
from ecgzoo.domains.time_frequency import time_frequency
from ecgzoo.signal_spec import SignalSpec

SIGNAL = np.random.default_rng(0).normal(0.3, 0.8, (3, 257, 4)).astype("float32")


def test_closed_form() -> None:
    wide = SIGNAL.astype("float64")
    centred = wide - wide.mean(1, keepdims=True)
    expected = centred / np.sqrt((centred**2).mean((1, 2), keepdims=True))
    np.testing.assert_allclose(TimeDomain()(SIGNAL), expected, rtol=0, atol=1e-5)


def test_leads_keep_their_relative_amplitude() -> None:
    signal = SIGNAL[:, :, :1] * np.array([1.0, 3.0], "float32")
    time = np.asarray(TimeDomain()(signal))
    np.testing.assert_allclose(time[..., 1], 3 * time[..., 0], rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(
    scale=st.floats(1e-2, 1e4),
    offsets=st.lists(st.floats(-20, 20), min_size=4, max_size=4),
)
def test_neither_gain_nor_baseline_matters(scale, offsets) -> None:
    moved = (SIGNAL + np.array(offsets, "float32")) * np.float32(scale)
    np.testing.assert_allclose(
        TimeDomain()(moved), TimeDomain()(SIGNAL), rtol=0, atol=5e-4, err_msg=f"{scale} {offsets}"
    )


def test_sign_is_kept() -> None:
    np.testing.assert_allclose(TimeDomain()(-SIGNAL), -np.asarray(TimeDomain()(SIGNAL)), atol=1e-6)


def test_a_constant_signal_becomes_zeros() -> None:
    np.testing.assert_array_equal(standardised(np.full((1, 128, 2), 0.5, "float32")), 0)


@pytest.mark.parametrize("factory", [time, frequency, time_frequency])
def test_millivolts_keep_their_amplitude_and_other_units_do_not(factory) -> None:
    signal = np.random.default_rng(0).normal(size=(1, 500, 2)).astype("float32")
    spec = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
    millivolts, gray = factory(spec), factory(dataclasses.replace(spec, unit="gray"))
    assert np.abs(np.asarray(millivolts(signal) - millivolts(2 * signal))).max() > 0.5
    np.testing.assert_allclose(gray(signal), gray(2 * signal), atol=1e-4)


def test_an_amplitude_is_a_constant_factor() -> None:
    signal = np.random.default_rng(0).normal(size=(2, 300, 3)).astype("float32")
    expected = (signal - signal.mean(axis=1, keepdims=True)) / 0.25
    np.testing.assert_allclose(TimeDomain(amplitude=0.25)(signal), expected, atol=1e-5)


@pytest.mark.parametrize("amplitude", [0, -1.0, float("nan")])
def test_an_amplitude_is_positive(amplitude) -> None:
    with pytest.raises(ValueError, match="amplitude must be above 0"):
        TimeDomain(amplitude=amplitude)
