"""FrequencyDomain against numpy's transform with scipy's window."""

import numpy as np
import pytest
from scipy.signal import get_window

from ecgzoo.domains.frequency import FLOOR, FrequencyDomain
from ecgzoo.domains.time import standardised

RATE = 250.0


def reference(signal: np.ndarray, bins: int) -> np.ndarray:
    """Log-amplitudes in float64, of a signal that is standardised already."""
    window = get_window("hann", signal.shape[1], fftbins=True)[None, :, None]
    spectrum = np.fft.rfft(signal * window, axis=1)[:, :bins]
    return np.log(2 * np.abs(spectrum) / window.sum() + FLOOR)


@pytest.mark.parametrize("samples", [128, 251, 489, 500, 1009])
@pytest.mark.parametrize("highest", [None, 60.0, 7.3])
def test_equals_numpy(samples, highest) -> None:
    signal = np.random.default_rng(samples).normal(2, 3, (2, samples, 3))
    layer = FrequencyDomain(RATE, highest)
    shown = np.asarray(layer(signal))
    frequencies = np.fft.rfftfreq(samples, 1 / RATE)
    bins = int((frequencies <= (highest or RATE / 2) + 1e-9).sum())
    assert shown.shape == (2, bins, 3)
    assert shown.shape == tuple(layer.compute_output_shape(signal.shape))
    expected = reference(np.asarray(standardised(signal), "float64"), bins)
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(("samples", "cycles"), [(500, 20), (489, 13), (1000, 7)])
def test_a_sine_on_a_bin_shows_its_amplitude_there(samples, cycles) -> None:
    phase = 2 * np.pi * cycles * np.arange(samples) / samples
    signal = np.stack([0.5 * np.sin(phase + 0.3), 2 * np.cos(phase)], axis=-1)[None]
    deviation = np.sqrt((0.5**2 + 2**2) / 4)
    shown = np.exp(np.asarray(FrequencyDomain(RATE)(signal))[0]) - FLOOR
    assert shown.argmax(0).tolist() == [cycles, cycles]
    np.testing.assert_allclose(shown[cycles] * deviation, [0.5, 2], rtol=1e-4)
    # The Hann window shows half of it in the bins beside, and nothing further away.
    np.testing.assert_allclose(shown[cycles + 1] * deviation, [0.25, 1], rtol=1e-3)
    assert shown[cycles + 3 :].max() < 1e-4


def test_the_mean_does_not_show() -> None:
    signal = np.random.default_rng(0).normal(0, 1, (1, 500, 2))
    np.testing.assert_allclose(
        FrequencyDomain(RATE)(signal + 5), FrequencyDomain(RATE)(signal), atol=1e-2
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((0,), "sampling_rate must be above 0 Hz; got 0"),
        ((-250,), "sampling_rate must be above 0 Hz"),
        ((250, 126), r"max_frequency must lie in \(0, 125\] Hz.*got 126"),
        ((250, 0), "max_frequency must lie in"),
    ],
)
def test_bad_arguments_are_named(arguments, said) -> None:
    with pytest.raises(ValueError, match=said):
        FrequencyDomain(*arguments)
