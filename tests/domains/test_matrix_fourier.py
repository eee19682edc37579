"""Fourier transforms by matrix products: numpy's, and the same domains, at any length."""

import keras
import numpy as np
import pytest

from ecgzoo import SignalSpec
from ecgzoo.domains.fourier import inverse_matrix_fourier, matrix_fourier
from ecgzoo.domains.time_frequency import TimeFrequencyDomain
from ecgzoo.registry import DOMAINS

LENGTHS = [2, 3, 16, 488, 489, 491, 997, 1000, 5000]
CHOOSING = ("frequency", "time_frequency")


def close(actual, expected, rtol=1e-6) -> None:
    np.testing.assert_allclose(actual, expected, rtol=0, atol=rtol * np.abs(expected).max())


def signals(*shape) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.3, shape).astype("float32")


def with_matrices(layer: keras.Layer) -> keras.Layer:
    return type(layer).from_config(layer.get_config() | {"fourier": "matrix"})


@pytest.mark.parametrize("length", LENGTHS)
def test_forward_is_numpys(length) -> None:
    x = signals(2, 3, length)
    real, imaginary = matrix_fourier(x)
    expected = np.fft.rfft(x.astype(float))
    assert real.shape == imaginary.shape == expected.shape
    close(np.asarray(real) + 1j * np.asarray(imaginary), expected)


@pytest.mark.parametrize("cut", [1, 2, 3])
@pytest.mark.parametrize("length", LENGTHS)
def test_inverse_is_numpys_also_to_lower_rates(length, cut) -> None:
    wanted = max(1, length // cut)
    spectrum = np.fft.rfft(signals(4, length).astype(float))
    parts = spectrum.real.astype("float32"), spectrum.imag.astype("float32")
    close(inverse_matrix_fourier(*parts, wanted), np.fft.irfft(spectrum, wanted))


def test_its_constants_are_small() -> None:
    """A model of long signals would not be worth converting otherwise."""
    layer = with_matrices(DOMAINS.get("time_frequency")(SignalSpec(("x",), 500, 5000)))
    signal = keras.Input((5000, 1))
    graph = tf_graph(keras.Model(signal, layer(signal)))
    assert graph.as_graph_def().ByteSize() < 4e6


def tf_graph(model: keras.Model):
    import tensorflow as tf

    spec = tf.TensorSpec((None, *model.input.shape[1:]))
    return tf.function(model, input_signature=[spec]).get_concrete_function().graph


@pytest.mark.parametrize("samples", [128, 489, 491])
@pytest.mark.parametrize("name", list(DOMAINS))
def test_a_domain_is_the_same(name, samples) -> None:
    layer = DOMAINS.get(name)(SignalSpec(("I", "II"), 200, samples))
    if name not in CHOOSING:
        assert "fourier" not in layer.get_config(), "a domain that chooses must be tested"
        return
    x = signals(3, samples, 2).cumsum(axis=1)
    close(with_matrices(layer)(x), np.asarray(layer(x)), 3e-5)


@pytest.mark.parametrize("definition", ["textbook", "pywavelets"])
@pytest.mark.parametrize("pooling", ["mean", "none"])
def test_a_scalogram_of_any_kind_is_the_same(definition, pooling) -> None:
    """Small scales continue the spectrum above half the rate."""
    options = {"pooling": pooling, "definition": definition, "output": "power"}
    layer = TimeFrequencyDomain(250, scales=[2.2, 3, 5, 9, 20], columns=25, **options)
    x = signals(3, 491, 2)
    close(with_matrices(layer)(x), np.asarray(layer(x)))


@pytest.mark.parametrize("name", CHOOSING)
def test_the_choice_is_saved_and_checked(name) -> None:
    layer = with_matrices(DOMAINS.get(name)(SignalSpec(("I",), 200, 400)))
    assert type(layer).from_config(layer.get_config()).fourier == "matrix"
    with pytest.raises(TypeError, match="unknown fourier 'matrices'; did you mean 'matrix'"):
        type(layer).from_config(layer.get_config() | {"fourier": "matrices"})
