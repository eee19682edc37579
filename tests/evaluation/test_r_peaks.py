"""R peaks against where they were put, and against scipy's and a count by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from ecgzoo.evaluation import around_peaks, corrected, peak_share, r_peaks, rank_correlation
from ecgzoo.evaluation.r_peaks import r_peaks_of_each

RATE = 250.0


def ecg(peaks, samples, leads=(1.0, -0.6, 0.4), rate=RATE, noise=0.0):
    """P, QRS and T waves around each peak, in the proportions of an ECG, over a slow drift."""
    seconds = np.arange(samples)[:, None] / rate
    waves = ((-0.18, 0.025, 0.12), (-0.025, 0.01, -0.15), (0, 0.011, 1.0), (0.03, 0.01, -0.2))
    one = sum(
        height * np.exp(-(((seconds - peak / rate - shift) / width) ** 2) / 2)
        for peak in peaks
        for shift, width, height in (*waves, (0.28, 0.05, 0.3))
    )
    drift = 0.3 * np.sin(2 * np.pi * 0.3 * seconds)
    noise = np.random.default_rng(0).normal(0, noise, (samples, len(leads)))
    return one * np.array(leads) + drift + noise


@pytest.mark.parametrize("rate", [100.0, 196.85, 500.0])
@pytest.mark.parametrize("beats", [40, 75, 150])
def test_every_peak_is_found_within_a_hundredth_of_a_second(rate, beats):
    samples = int(2.5 * rate)
    put = np.arange(0.3, 2.4, 60 / beats) * rate
    found = r_peaks(ecg(put, samples, rate=rate, noise=0.03), rate)
    assert len(found) == len(put)
    np.testing.assert_allclose(found / rate, put / rate, atol=0.011)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.001, 1000), st.floats(-5, 5), st.permutations([0, 1, 2]))
def test_unit_offset_and_order_of_leads_do_not_matter(scale, offset, order):
    signal = ecg([100, 290, 470], 600, noise=0.02)
    np.testing.assert_array_equal(
        r_peaks(scale * signal[:, order] + offset, RATE), r_peaks(signal, RATE)
    )


def test_a_small_beat_counts_and_a_t_wave_does_not():
    small = ecg([100], 600) + 0.65 * ecg([350], 600)
    assert len(r_peaks(small, RATE)) == 2


def test_leads_by_themselves_are_answered_as_each_alone():
    leads = np.hstack([ecg([100, 350], 600, (1.0,)), ecg([40, 210, 420], 600, (-3.0,), noise=0.1)])
    leads = np.hstack([leads, np.zeros((600, 1))])
    found = r_peaks_of_each(leads, RATE)
    assert [len(one) for one in found] == [2, 3, 0]
    for column, one in enumerate(found):
        np.testing.assert_array_equal(one, r_peaks(leads[:, [column]], RATE))


def test_where_nothing_stands_out_nothing_is_found():
    seconds = np.arange(600)[:, None] / RATE
    for signal in (np.zeros((600, 3)), np.sin(2 * np.pi * 10 * seconds), seconds):
        assert r_peaks(signal, RATE).size == 0


@pytest.mark.parametrize(
    ("signal", "rate", "message"),
    [
        (np.zeros(500), RATE, "shape"),
        (np.zeros((500, 1)), 50, "rate of 60 Hz"),
        (np.zeros((100, 1)), RATE, "half a second"),
        (np.full((500, 1), np.nan), RATE, "NaN"),
    ],
)
def test_unfit_signals_are_refused(signal, rate, message):
    with pytest.raises(ValueError, match=message):
        r_peaks(signal, rate)


@given(st.lists(st.integers(0, 99), max_size=5), st.floats(0, 0.2))
@settings(max_examples=30, deadline=None)
def test_near_is_within_the_time(peaks, seconds):
    by_hand = [any(abs(i - p) / 100 <= seconds + 1e-9 for p in peaks) for i in range(100)]
    assert around_peaks(peaks, 100, 100.0, seconds).tolist() == by_hand


def test_the_share_is_the_sum_inside_and_its_null_the_circular_shifts():
    rng = np.random.default_rng(1)
    maps, near = rng.normal(size=(1, 60, 2)), rng.random((1, 60, 2)) < 0.3
    found = peak_share(maps, near, shifts=20_000)
    weights = np.abs(maps[0])
    shares = [
        (np.roll(weights, shift, axis=0) * near[0]).sum() / weights.sum() for shift in range(60)
    ]
    assert found.share == pytest.approx(shares[0])
    assert found.chance == pytest.approx(near.mean())
    exact = np.mean(np.array(shares) >= shares[0] - 1e-9)
    assert found.p_value == pytest.approx(exact, abs=0.015)
    assert np.mean(shares) == pytest.approx(  # what shifting makes of it, averaged
        (weights.sum(0) * near[0].mean(0)).sum() / weights.sum()
    )


def test_p_values_of_unrelated_maps_are_even_and_of_related_ones_small():
    rng = np.random.default_rng(2)
    near = np.zeros((4, 200, 1), bool)
    for row, start in enumerate((3, 20, 41, 60)):
        near[row, start::70] = near[row, start + 1 :: 70] = True
    unrelated = [peak_share(rng.gamma(1, size=near.shape), near, 400).p_value for _ in range(200)]
    assert np.mean(np.array(unrelated) <= 0.05) < 0.09
    assert 0.4 < np.mean(unrelated) < 0.6
    related = peak_share(rng.gamma(1, size=near.shape) + 4 * near, near, 4000)
    assert related.share > 1.5 * related.chance
    assert related.p_value < 0.002
    assert related.to_frame().loc[0, "records"] == 4


@pytest.mark.parametrize(
    ("maps", "near", "message"),
    [
        (np.ones((1, 9, 1)), np.ones((1, 8, 1)), "alike"),
        (np.ones((9, 1)), np.ones((9, 1)), "alike"),
        (np.full((1, 9, 1), np.nan), np.ones((1, 9, 1)), "NaN"),
        (np.zeros((1, 9, 1)), np.ones((1, 9, 1)), "map of zeros.*record 0"),
        (np.ones((2, 9, 1)), np.arange(18).reshape(2, 9, 1) < 9, "no R peaks found: record 1"),
    ],
)
def test_unfit_maps_are_refused(maps, near, message):
    with pytest.raises(ValueError, match=message):
        peak_share(maps, near)


def test_rank_correlation_is_scipys():
    rng = np.random.default_rng(3)
    maps, others = rng.integers(0, 5, (2, 6, 7, 3)).astype(float)
    expected = [spearmanr(a.ravel(), b.ravel())[0] for a, b in zip(maps, others, strict=True)]
    np.testing.assert_allclose(rank_correlation(maps, others), expected, atol=1e-12)
    with pytest.raises(ValueError, match="one shape"):
        rank_correlation(maps, others[:, :2])


def test_corrected_cases_are_those_wrong_first_and_right_then():
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 3, 200)
    first, second = rng.dirichlet(np.ones(3), (2, 200))
    found = corrected(labels, first, second)
    by_hand = [i for i in range(200) if first[i].argmax() != labels[i] == second[i].argmax()]
    assert sorted(found.rows) == by_hand
    assert found.broken == sum(
        first[i].argmax() == labels[i] != second[i].argmax() for i in range(200)
    )
    assert (np.diff(found.gain) <= 0).all()
    row = found.to_frame().iloc[0]
    at = int(row["rows"])
    assert row["gain"] == second[at, labels[at]] - first[at, labels[at]]
    assert row["before"] == first[at].argmax()
    with pytest.raises(ValueError, match="a row per label"):
        corrected(labels[:10], first, second)
