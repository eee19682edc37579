"""Resampling in the graph against scipy's polyphase filter, and windowing against tf_data's."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from ecgzoo.exporting.signatures.resampled import (
    cut,
    mean_over_windows,
    resampled,
    resampled_counts,
    window_counts,
)
from tf_data.resampling import windows

FRACTIONS = [(1, 1), (1, 2), (2, 1), (1, 4), (25, 36), (5, 18), (3, 2), (1, 31), (4, 1)]


def wander(samples, leads=2, seed=0) -> np.ndarray:
    """A random walk: power at all frequencies, and a drift that would ring at the ends."""
    steps = np.random.default_rng(seed).normal(size=(1, samples, leads))
    return np.cumsum(steps, axis=1).astype(np.float32)


@pytest.mark.parametrize(("up", "down"), FRACTIONS)
def test_equals_scipy_within_a_percent(up, down) -> None:
    signal = wander(1500)
    found = resampled(signal, tf.constant([1500]), tf.constant([360.0 * down]), 360.0 * up)
    expected = resample_poly(signal.astype(float), up, down, axis=1, padtype="line")
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 0.01 * np.ptp(signal)


def test_what_the_new_rate_cannot_show_is_filtered_out() -> None:
    seconds = np.arange(5000) / 500
    signal = np.stack([np.sin(2 * np.pi * 10 * seconds), np.sin(2 * np.pi * 90 * seconds)], -1)
    found = resampled(
        signal[None].astype(np.float32), tf.constant([5000]), tf.constant([500.0]), 125.0
    )
    middle = found.numpy()[0, 100:-100]
    expected = np.sin(2 * np.pi * 10 * np.arange(1250) / 125)[100:-100]
    np.testing.assert_allclose(middle[:, 0], expected, atol=0.01)
    assert np.abs(middle[:, 1]).max() < 0.01


def test_rows_have_rates_and_lengths_of_their_own() -> None:
    signal = np.concatenate([wander(900, seed=seed) for seed in range(3)])
    lengths, rates = tf.constant([900, 700, 450]), tf.constant([500.0, 250.0, 180.0])
    found = resampled(signal, lengths, rates, 200.0)
    counts = resampled_counts(lengths, rates, 200.0).numpy()
    assert counts.tolist() == [360, 560, 500]
    for row, (length, rate, count) in enumerate(zip(lengths, rates, counts, strict=True)):
        alone = resampled(signal[row : row + 1, : int(length)], length[None], rate[None], 200.0)
        np.testing.assert_allclose(found[row, :count], alone[0], atol=2e-4)


def test_a_minute_at_a_high_rate_stays_in_time() -> None:
    """Times in float32 would be off by up to a twentieth of a sample here."""
    rate, samples = 1000.0, 60_000
    signal = np.sin(2 * np.pi * 40 * np.arange(samples) / rate)[None, :, None].astype(np.float32)
    found = resampled(signal, tf.constant([samples]), tf.constant([rate]), 196.8504)
    expected = np.sin(2 * np.pi * 40 * np.arange(found.shape[1]) / 196.8504)
    np.testing.assert_allclose(found[0, -200:-20, 0], expected[-200:-20], atol=2e-3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.integers(1, 12))
def test_windows_are_those_of_the_pipeline(lengths, samples) -> None:
    rows = np.random.default_rng(0).normal(size=(len(lengths), max(*lengths, 1), 2))
    rows = rows.astype(np.float32)
    found, row_of = cut(tf.constant(rows), tf.constant(lengths, tf.int32), samples)
    each = [
        windows(row[:length], samples) if length >= samples else np.zeros((0, samples, 2))
        for row, length in zip(rows, lengths, strict=True)
    ]
    np.testing.assert_array_equal(found, np.concatenate(each))
    counts = [len(one) for one in each]
    assert window_counts(tf.constant(lengths, tf.int32), samples).numpy().tolist() == counts
    assert row_of.numpy().tolist() == np.repeat(np.arange(len(lengths)), counts).tolist()
    means = [one.mean((0, 1)) if len(one) else np.zeros(2) for one in each]
    found_means = mean_over_windows(tf.reduce_mean(found, 1), row_of, len(lengths))
    np.testing.assert_allclose(found_means, means, atol=1e-6)
