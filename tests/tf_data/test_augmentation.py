import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_data.augmentation import Augmentation

STILL = {"shift": 0.0, "gain": 0.0, "noise": 0.0, "wander": 0.0, "lead_dropout": 0.0}


@pytest.fixture
def signals():
    return np.random.default_rng(0).normal(size=(6, 200, 12)).astype("float32")


def test_the_first_variant_is_the_signal_itself(signals):
    variants = Augmentation(count=3).variants(signals, seed=0)
    assert variants.shape == (18, 200, 12)
    assert variants.dtype == np.float32
    np.testing.assert_array_equal(variants[:6], signals)
    assert not np.allclose(variants[6:12], signals)
    assert not np.allclose(variants[6:12], variants[12:])


def test_the_seed_decides(signals):
    one = Augmentation()
    np.testing.assert_array_equal(one.variants(signals, 3), one.variants(signals, 3))
    assert not np.array_equal(one.variants(signals, 3), one.variants(signals, 4))


def test_without_any_change_variants_are_copies(signals):
    variants = Augmentation(count=2, **STILL).variants(signals, seed=0)
    np.testing.assert_allclose(variants[6:], signals, atol=1e-6)


@given(seed=st.integers(0, 2**16), shift=st.floats(0, 0.5))
def test_a_shift_moves_all_leads_alike_and_repeats_the_ends(seed, shift):
    ramp = np.tile(np.arange(100.0)[:, None], (1, 3))[None].astype("float32")
    moved = Augmentation(count=2, **(STILL | {"shift": shift})).variants(ramp, seed)[1]
    assert (moved == moved[:, :1]).all()
    by = moved[50, 0] - 50
    assert abs(by) <= int(shift * 100)
    np.testing.assert_array_equal(moved[:, 0], np.clip(np.arange(100) + by, 0, 99))


@given(seed=st.integers(0, 2**16), gain=st.floats(0, 0.9))
def test_a_gain_scales_each_lead_within_its_bounds(seed, gain):
    ones = np.ones((1, 50, 4), "float32")
    scaled = Augmentation(count=2, **(STILL | {"gain": gain})).variants(ones, seed)[1]
    assert np.ptp(scaled, axis=0).max() == 0
    assert (1 - gain - 1e-6 <= scaled).all()
    assert (scaled <= 1 + gain + 1e-6).all()


def test_noise_is_a_share_of_the_signals_deviation(signals):
    noisy = Augmentation(count=2, **(STILL | {"noise": 0.1})).variants(10 * signals, 0)[6:]
    assert (noisy - 10 * signals).std() == pytest.approx(0.1 * 10 * signals.std(), rel=0.02)


def test_wander_is_slow_and_small(signals):
    wander = Augmentation(count=2, **(STILL | {"wander": 0.3})).variants(signals, 0)[6:] - signals
    spectrum = np.abs(np.fft.rfft(wander * np.hanning(200)[:, None], axis=1)) ** 2
    assert spectrum[:, :4].sum() > 0.99 * spectrum.sum()
    assert np.abs(wander).max() <= 0.3 * signals.std(axis=(1, 2)).max() + 1e-6


def test_dropped_leads_are_zero_at_the_rate_asked(signals):
    many = np.repeat(signals, 50, axis=0)
    dropped = Augmentation(count=2, **(STILL | {"lead_dropout": 0.25})).variants(many, 0)[300:]
    share = (dropped == 0).all(axis=1).mean()
    assert share == pytest.approx(0.25, abs=0.03)


def test_one_lead_always_stays(signals):
    dropped = Augmentation(count=2, **(STILL | {"lead_dropout": 1.0})).variants(signals, 0)[6:]
    assert ((dropped != 0).any(axis=1).sum(axis=1) == 1).all()
