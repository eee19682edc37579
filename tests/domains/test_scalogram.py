"""TimeFrequencyDomain against the wavelet's closed form, and against PyWavelets."""

import keras
import numpy as np
import pytest
import pywt

from ecgzoo.domains.time import standardised
from ecgzoo.domains.time_frequency import FLOOR, TimeFrequencyDomain

RATE = 250.0
BANDWIDTH, CENTRE = 1.5, 1.0
# Point samples are exact but for float32 and the truncated wavelet; a cell's mean is a quadrature.
POINT, POOLED, PYWAVELETS = 1e-5, 1e-3, 5e-4


def ecg_like(samples: int, rows: int = 2, leads: int = 2, seed: int = 0) -> np.ndarray:
    """Spikes and waves, that are not zero at the ends."""
    rng = np.random.default_rng(seed)
    t = np.arange(samples)[:, None] / RATE
    signal = rng.normal(0, 0.05, (rows, samples, leads)) + 0.2
    for row in signal:
        for beat in np.arange(rng.uniform(0, 0.5), samples / RATE, rng.uniform(0.5, 1)):
            row += rng.uniform(0.5, 1.5, leads) * np.exp(-(((t - beat) / 0.012) ** 2))
    return signal


def coefficients(signal: np.ndarray, scales: np.ndarray, instants: np.ndarray) -> np.ndarray:
    """The textbook's transform in float64, as the sum it is; ``[batch, scales, instants, leads]``.

    c(s, t) = sum_i x_i psi((t - i) / s) / sqrt(s), psi(u) = exp(2 pi i C u - u^2 / B) / sqrt(pi B).
    It knows no Fourier transform, no padding and no folding. Below s = 4 the sampled wavelet's own
    spectrum is aliased, and definitions part. The wave of t - i is that of t times that of -i: what
    is left to sum is real, and a matrix product, which is quick.
    """
    i = np.arange(signal.shape[1])
    found = []
    for s in scales:
        bell = np.exp(-(((instants[:, None] - i) / s) ** 2) / BANDWIDTH)
        wave = [np.exp(2j * np.pi * CENTRE * time / s)[:, None] for time in (instants, -i)]
        turned = signal * wave[1]
        summed = bell @ turned.real + 1j * (bell @ turned.imag)
        found.append(wave[0] * summed / np.sqrt(np.pi * BANDWIDTH * s))
    return np.stack(found, axis=1)


def cell_centres(samples: int, columns: int) -> np.ndarray:
    return (np.arange(columns) + 0.5) * samples / columns - 0.5


def relative_error(image: np.ndarray, expected: np.ndarray) -> float:
    """Largest error of any cell, relative to the largest value of its signal, lead and scale."""
    largest = expected.max(axis=2, keepdims=True)
    return float((np.abs(image - expected) / largest).max())


SIZES = [(500, 50), (500, 64), (489, 64), (509, 60), (400, 400), (257, 31), (128, 1)]


@pytest.mark.parametrize(("samples", "columns"), SIZES)
def test_point_samples_equal_the_textbook(samples, columns) -> None:
    layer = TimeFrequencyDomain(RATE, (5, RATE / 4), 24, columns, pooling="none", output="power")
    assert layer.row_scales[0] == pytest.approx(4)
    signal = ecg_like(samples)
    c = coefficients(signal, layer.row_scales, cell_centres(samples, columns))
    image = np.asarray(layer(signal), "float64")
    modulus_error = relative_error(np.sqrt(image), np.abs(c))
    # With few columns the largest cell may itself be far below the scale's maximum over time.
    everywhere = np.abs(coefficients(signal, layer.row_scales, np.arange(samples)))
    share = everywhere.max(2, keepdims=True) / np.abs(c).max(2, keepdims=True)
    assert modulus_error <= POINT * share.max()


@pytest.mark.whole
@pytest.mark.parametrize(
    ("samples", "columns"), [(489, 64), (509, 60), (257, 31), (1000, 13), (997, 8), (300, 200)]
)
def test_pooled_cells_equal_the_mean_power_of_the_textbook(samples, columns) -> None:
    layer = TimeFrequencyDomain(RATE, (5, RATE / 4), 24, columns, output="power")
    signal = ecg_like(samples)
    nodes = 4 * samples // columns + 8  # 4 per sample: 8 times the bandwidth at s = 4
    instants = cell_centres(samples, columns * nodes)
    power = np.abs(coefficients(signal, layer.row_scales, instants)) ** 2
    expected = power.reshape(2, 24, columns, nodes, 2).mean(3)
    assert relative_error(np.asarray(layer(signal), "float64"), expected) <= POOLED


def test_pooling_sees_a_spike_that_falls_between_centres() -> None:
    signal = np.zeros((1, 1000, 1))
    signal[0, 500] = 1  # on the edge between two cells of 50 samples
    mean, centre = (
        np.asarray(
            TimeFrequencyDomain(RATE, (40, 60), 8, 20, pooling=pooling, output="power")(signal)
        )[0, :, 9:11, 0]
        for pooling in ("mean", "none")
    )
    assert (mean > 1000 * centre).all()


@pytest.mark.parametrize(("samples", "columns"), [(500, 500), (489, 163), (1000, 200), (509, 509)])
def test_equals_pywavelets(samples, columns) -> None:
    """L / W is odd, so that the cells' centres are samples, where PyWavelets has its values."""
    layer = TimeFrequencyDomain(
        RATE,
        (5, RATE / 3),
        20,
        columns,
        pooling="none",
        definition="pywavelets",
        output="power",
    )
    signal = ecg_like(samples)
    centres = cell_centres(samples, columns)
    np.testing.assert_array_equal(centres, np.round(centres))
    c, _ = pywt.cwt(signal, layer.row_scales, "cmor1.5-1.0", axis=1, precision=20, method="fft")
    expected = np.moveaxis(np.abs(c), 0, 1)[:, :, centres.astype(int)]
    assert relative_error(np.sqrt(np.asarray(layer(signal), "float64")), expected) <= PYWAVELETS


@pytest.mark.parametrize("samples", [400, 401])
def test_small_scales_equal_pywavelets(samples) -> None:
    """Below s = 4 the wavelet reaches above half the sampling rate and sees images."""
    scales = [2.01, 2.2, 2.5, 3.0, 3.7]
    layer = TimeFrequencyDomain(
        RATE,
        scales=scales,
        columns=samples,
        pooling="none",
        definition="pywavelets",
        output="power",
    )
    signal = np.random.default_rng(1).normal(size=(2, samples, 1))
    c, _ = pywt.cwt(signal, scales, "cmor1.5-1.0", axis=1, precision=20, method="fft")
    image = np.asarray(layer(signal), "float64")
    assert relative_error(np.sqrt(image), np.moveaxis(np.abs(c), 0, 1)) <= PYWAVELETS


@pytest.mark.parametrize("samples", [256, 255])
def test_small_scales_equal_the_textbook_of_a_padded_period(samples) -> None:
    """Below s = 4 the textbook's wavelet is cut off at half the rate, and padding shows."""
    scales = np.array([2.1, 2.6, 3.2, 3.9, 30])
    layer = TimeFrequencyDomain(
        RATE, scales=scales.tolist(), columns=samples, pooling="none", output="power"
    )
    signal = np.random.default_rng(1).normal(size=(2, samples, 1))
    image = np.sqrt(np.asarray(layer(signal), "float64"))
    length = layer.grid.length
    f = np.arange(length) / length
    response = np.exp(-(np.pi**2) * BANDWIDTH * (scales[:, None] * f - CENTRE) ** 2)
    response *= np.sqrt(scales)[:, None] * np.heaviside(0.5 - f, 0.5)
    spectrum = np.fft.fft(signal[..., 0], length)
    c = np.fft.ifft(spectrum[:, None] * response, axis=-1)[..., :samples, None]
    assert relative_error(image, np.abs(c)) <= POINT


@pytest.mark.parametrize(
    ("samples", "columns", "scales"),
    [(997, 61, [4.0, 5.0, 9.0, 498.0]), (5000, 10, [4.0, 8.5, 2500.0]), (64, 64, [31.9])],
)
def test_any_increasing_scales_equal_the_textbook(samples, columns, scales) -> None:
    layer = TimeFrequencyDomain(
        RATE, scales=scales, columns=columns, pooling="none", output="power"
    )
    np.testing.assert_allclose(layer.row_frequencies, RATE / np.array(scales))
    signal = np.random.default_rng(1).normal(size=(1, samples, 2))
    c = coefficients(signal, np.array(scales), cell_centres(samples, columns))
    assert relative_error(np.sqrt(np.asarray(layer(signal), "float64")), np.abs(c)) <= POINT


@pytest.mark.parametrize("pooling", ["mean", "none"])
@pytest.mark.parametrize(
    ("samples", "scales", "columns"), [(1000, 64, 64), (5000, 64, 64), (2213, 128, 224)]
)
def test_the_constants_are_small(samples, scales, columns, pooling) -> None:
    layer = TimeFrequencyDomain(1, (10 / samples, 0.25), scales, columns, pooling)
    layer.build((None, samples, 12))
    assert sum(np.asarray(kernel).nbytes for kernel in layer.weights) < 2**22
    assert layer.trainable_weights == []


def test_definitions_differ_at_small_scales() -> None:
    """Else the two tests above could not tell them apart."""
    signal = ecg_like(500)
    images = [
        np.asarray(
            TimeFrequencyDomain(
                RATE, (20, 60), 8, 100, pooling="none", definition=name, output="power"
            )(signal)
        )
        for name in ("textbook", "pywavelets")
    ]
    assert relative_error(*images) > 0.02


@pytest.mark.parametrize("row", [0, 7, 16, 24, 31])
def test_a_tone_lights_the_row_of_its_frequency(row) -> None:
    layer = TimeFrequencyDomain(RATE, (4, 50), 32, 40)
    frequencies = layer.row_frequencies
    np.testing.assert_allclose(frequencies[[0, -1]], [50, 4])
    np.testing.assert_allclose(np.diff(np.log(frequencies)), np.log(4 / 50) / 31)
    tone = np.sin(2 * np.pi * frequencies[row] * np.arange(1000) / RATE)[None, :, None]
    image = np.asarray(layer(tone))[0, :, 10:30, 0]
    # sqrt(s) favours long wavelets a little: the ridge may lie one row below.
    assert set(image.argmax(0)) <= {row, min(row + 1, 31)}


def test_time_runs_along_the_columns_and_leads_along_the_channels() -> None:
    signal = np.zeros((1, 1000, 3))
    for lead, place in enumerate((125, 625, 975)):
        signal[0, place, lead] = 1
    image = np.asarray(TimeFrequencyDomain(RATE, (20, 60), 8, 20, output="power")(signal))
    assert image.shape == (1, 8, 20, 3)
    assert image.sum(1)[0].argmax(0).tolist() == [2, 12, 19]


def test_the_default_is_the_logarithm_of_the_standardised_signals_power() -> None:
    signal = ecg_like(500)
    power = TimeFrequencyDomain(RATE, (5, 50), output="power")(np.asarray(standardised(signal)))
    expected = np.log(np.asarray(power) + FLOOR)
    shown = TimeFrequencyDomain(RATE, (5, 50))(signal)
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sampling_rate": 0}, "sampling_rate must be above 0 Hz; got 0"),
        ({"frequencies": (0, 40)}, "0 < low < high < 125 Hz.*got 0 and 40"),
        ({"frequencies": (40, 5)}, "got 40 and 5"),
        ({"frequencies": (5, 130)}, "got 5 and 130"),
        ({"scales": 0}, "scales must be at least 1; got 0"),
        ({"columns": 0}, "columns must be at least 1; got 0"),
        ({"frequencies": None}, "the lowest and highest frequency, or the scale of every row"),
        ({"scales": [4.0, 8.0]}, "or every scale; not both"),
        ({"frequencies": None, "scales": [2.0, 8.0]}, r"from above 2 samples; got \[2.0, 8.0\]"),
        ({"frequencies": None, "scales": [8.0, 4.0]}, "scales must increase"),
        ({"frequencies": None, "scales": []}, "scales must increase"),
        ({"frequencies": None, "scales": [4.0, float("nan")]}, "scales must increase"),
        ({"pooling": "meen"}, "unknown pooling 'meen'; did you mean 'mean'"),
        ({"definition": "pywavelet"}, "did you mean 'pywavelets'"),
        ({"output": "log-power"}, "did you mean 'log_power'"),
    ],
)
def test_bad_arguments_are_named(arguments, said) -> None:
    good = {"sampling_rate": RATE, "frequencies": (5.0, 40.0)}
    with pytest.raises(ValueError, match=said):
        TimeFrequencyDomain(**good | arguments)


@pytest.mark.parametrize(
    ("frequencies", "columns", "said"),
    [((0.5, 40), 64, "start at 1 Hz or higher"), ((5, 40), 501, "501 columns needs as many")],
)
def test_a_signal_that_is_too_short_is_named(frequencies, columns, said) -> None:
    with pytest.raises(ValueError, match=said):
        TimeFrequencyDomain(RATE, frequencies, columns=columns)(np.zeros((1, 500, 1)))


def test_kernels_are_told_by_the_configuration_and_not_saved(tmp_path) -> None:
    """Another version of ecgzoo may have others, whose files must load."""
    layer = TimeFrequencyDomain(RATE, (5, 50), 12, 20)
    model = keras.Sequential([keras.Input((400, 2)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    signal = ecg_like(400)
    np.testing.assert_array_equal(loaded(signal), model(signal))
    saved: dict[str, np.ndarray] = {}
    layer.save_own_variables(saved)
    assert saved == {}
    layer.load_own_variables({"0": np.zeros((3, 4, 5)), "1": np.zeros(2)})
    np.testing.assert_array_equal(loaded(signal), model(signal))
