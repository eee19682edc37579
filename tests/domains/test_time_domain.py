"""TimeDomain against its closed form, and its invariances."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgzoo.domains.standardisation import standardised
from ecgzoo.domains.time import TimeDomain

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
