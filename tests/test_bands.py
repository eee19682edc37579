"""Bands: an ECG's are what presets were trained on; others follow the rate and the length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecgzoo.bands import bands, ecg_bands
from ecgzoo.signal_spec import SignalSpec

ANY = st.builds(
    SignalSpec,
    st.just(("x",)),
    st.floats(1, 50_000),
    st.integers(128, 65_536),
    st.sampled_from(["mV", "uV", "au"]),
)


@given(ANY)
def test_bands_fit_the_rate_and_the_window(spec: SignalSpec) -> None:
    found = bands(spec)
    low, high = found.rows
    assert 0 < low < high <= spec.sampling_rate / 4
    assert low * spec.seconds >= 2.5 * (1 - 1e-9)  # so many periods of the lowest
    assert high / low <= 64 * (1 + 1e-9)
    assert 0 < found.bins <= spec.sampling_rate / 2


@pytest.mark.parametrize(
    ("rate", "samples", "rows", "bins"),
    [
        (500, 5000, (45 / 64, 45), 60),  # ten seconds
        (196.8504, 488, (2.5 / 488 * 196.8504, 45), 60),  # the pages
        (360, 180, (5, 45), 60),  # half a second: three octaves and a little
        (100, 1000, (25 / 64, 25), 50),  # a rate that allows no more
    ],
)
def test_bands_of_an_ecg_are_what_presets_know(rate, samples, rows, bins) -> None:
    found = bands(SignalSpec(("I",), rate, samples))
    assert found.rows == pytest.approx(rows)
    assert found.bins == bins
    assert found.most_bins > samples // 2  # nothing is pooled


def test_other_units_reach_a_quarter_and_half_the_rate() -> None:
    sound = SignalSpec(("PCG",), 2000, 10_000, "au")
    assert bands(sound).rows == (500 / 64, 500)
    assert (bands(sound).bins, ecg_bands(sound).bins) == (1000, 60)
