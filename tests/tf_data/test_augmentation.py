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


def test_variants_are_a_whole_number_also_from_a_command_line() -> None:
    assert Augmentation(count=2.0) == Augmentation(count=2)  # type: ignore[arg-type]
    for count in (0, 1.5):
        with pytest.raises(ValueError, match=f"count= as a whole number above 0; got {count}"):
            Augmentation(count=count)  # type: ignore[arg-type]


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


def test_signals_are_turned_upside_down_at_the_rate_asked_and_with_all_their_leads(signals):
    many = np.repeat(signals, 50, axis=0)
    turned = Augmentation(count=2, **STILL, flip=0.3).variants(many, 0)[300:]
    upright = (turned == many).all(axis=(1, 2))
    assert ((turned == -many).all(axis=(1, 2)) != upright).all()
    assert 1 - upright.mean() == pytest.approx(0.3, abs=0.06)


def test_one_lead_always_stays(signals):
    dropped = Augmentation(count=2, **(STILL | {"lead_dropout": 1.0})).variants(signals, 0)[6:]
    assert ((dropped != 0).any(axis=1).sum(axis=1) == 1).all()


@given(seed=st.integers(0, 2**16), stretch=st.floats(0.01, 0.3))
def test_a_stretch_changes_the_pace_within_its_bounds(seed, stretch):
    ramp = np.tile(np.arange(400.0)[:, None], (1, 3))[None].astype("float32")
    moved = Augmentation(count=2, **(STILL | {"stretch": stretch})).variants(ramp, seed)[1]
    pace = np.diff(moved[150:250, 0])  # the middle, where no end is repeated
    np.testing.assert_allclose(pace, pace.mean(), atol=1e-3)
    assert np.exp(-stretch) - 1e-3 <= pace.mean() <= np.exp(stretch) + 1e-3
    assert moved[200, 0] == pytest.approx(200, abs=1e-3)
    assert (moved == moved[:, :1]).all()


@given(seed=st.integers(0, 2**16), gain=st.floats(0.01, 0.5))
def test_a_common_gain_keeps_the_leads_relations(seed, gain):
    ones = np.ones((1, 50, 4), "float32") * [1, 2, 3, 4]
    scaled = Augmentation(count=2, **(STILL | {"common_gain": gain})).variants(ones, seed)[1]
    factor = scaled / ones[0]
    assert np.ptp(factor) < 1e-6
    assert np.exp(-gain) - 1e-6 <= factor[0, 0] <= np.exp(gain) + 1e-6


def test_a_cut_stretch_is_the_lead_s_mean_and_no_longer_than_asked(signals):
    cut = Augmentation(count=2, **(STILL | {"cutout": 0.4})).variants(signals, 0)[6:]
    changed = cut != signals
    means = np.broadcast_to(signals.mean(axis=1, keepdims=True), signals.shape)
    np.testing.assert_allclose(cut[changed], means[changed], atol=1e-6)
    assert 0 < changed.sum(axis=1).max() <= 0.4 * 200
    for lead in changed.transpose(0, 2, 1).reshape(-1, 200):
        assert np.count_nonzero(np.diff(lead.astype(int))) <= 2  # one stretch


def test_changes_that_are_not_asked_for_draw_no_numbers(signals):
    """So that recipes of before give what they gave."""
    both = [Augmentation(count=2, cutout=cutout).variants(signals, 5)[6:] for cutout in (0, 0.2)]
    same = both[0] == both[1]
    assert 0.7 < same.mean() < 1
