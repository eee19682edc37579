"""resample against closed forms; windows against slices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgzoo.errors import SignalError
from tf_data.resampling import resample, window_starts, windows

PAGE_RATE = 200 / 25.4 * 25  # 196.8503... Hz


def sine(rate: float, seconds: float = 10, hertz: float = 7.3) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)[:, None]


@pytest.mark.parametrize(
    ("from_rate", "to_rate"), [(360, PAGE_RATE), (PAGE_RATE, 500), (500, 100), (100, 500)]
)
def test_a_sine_stays_that_sine(from_rate: float, to_rate: float) -> None:
    given_sine = sine(from_rate)
    ours = resample(given_sine, from_rate, to_rate)
    assert ours.dtype == np.float32
    assert 0 <= len(ours) - len(given_sine) * to_rate / from_rate < 1
    n = min(len(ours), round(to_rate * 10))
    inside = slice(n // 20, -n // 20)  # the filter sees the ends' outside
    np.testing.assert_allclose(ours[:n][inside], sine(to_rate)[:n][inside], atol=2e-3)


def test_what_the_new_rate_cannot_hold_is_filtered_away() -> None:
    assert np.abs(resample(sine(500, hertz=90), 500, 100)[50:-50]).max() < 0.01


def test_a_drifting_baseline_keeps_its_ends() -> None:
    ramp = np.linspace(2, 5, 360)[:, None]
    ours = resample(ramp, 360, 250)
    np.testing.assert_allclose(ours[:, 0], 2 + 3 / 359 * np.arange(250) * 360 / 250, atol=1e-3)


def test_the_same_rate_changes_nothing() -> None:
    signal = sine(100)
    np.testing.assert_array_equal(resample(signal, 100, 100), signal.astype(np.float32))


@pytest.mark.parametrize("rates", [(0, 100), (100, -1), (100, np.inf), (1, 2000)])
def test_unfit_rates(rates) -> None:
    with pytest.raises(SignalError, match="Hz"):
        resample(sine(100), *rates)


@given(
    length=st.integers(1, 300),
    samples=st.integers(1, 300),
    overlap=st.floats(0, 0.95),
)
def test_windows_cover_the_signal(length: int, samples: int, overlap: float) -> None:
    signal = np.stack([np.arange(length), -np.arange(length)], axis=1)
    if samples > length:
        with pytest.raises(SignalError, match=f"at least {samples} samples.*got {length}"):
            windows(signal, samples, overlap)
        return
    cut = windows(signal, samples, overlap)
    starts = cut[:, 0, 0]
    assert starts[0] == 0
    assert starts[-1] + samples == length
    steps = np.diff(starts)
    longest = max(1, int(samples * (1 - overlap) + 1e-9))
    if steps.size:
        assert 1 <= steps.min() <= steps.max() <= longest
        assert steps.max() - steps.min() <= 1
        # One window fewer would leave a step longer than was asked for.
        assert length - samples > longest * (steps.size - 1)
    for start, window in zip(starts, cut, strict=True):
        np.testing.assert_array_equal(window, signal[start : start + samples])


@pytest.mark.parametrize(("samples", "overlap"), [(0, 0.5), (10, 1.0), (10, -0.1)])
def test_unfit_windows(samples: int, overlap: float) -> None:
    with pytest.raises(SignalError, match="overlap from 0 to below 1"):
        windows(sine(100), samples, overlap)


def test_a_flat_array_is_no_signal() -> None:
    with pytest.raises(SignalError, match=r"\[samples, leads\]; got shape \[10\]"):
        windows(np.zeros(10), 5)


def test_windows_do_not_crowd_at_the_end() -> None:
    assert window_starts(2050, 1026) == [0, 512, 1024]
    assert window_starts(2055, 1026) == [0, 343, 686, 1029]
    assert window_starts(1026, 1026) == [0]
