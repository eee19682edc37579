"""Encoders of long signals: as many steps as of short ones, and short ones as they were."""

import keras
import numpy as np
import pytest

from ecgzoo.encoders.conv1d import conv1d, conv1d_long, conv1d_wide
from ecgzoo.encoders.conv1d_deep import conv1d_deep
from ecgzoo.encoders.encode import encode


@pytest.mark.parametrize(
    ("encoder", "samples", "halvings", "steps"),
    [
        (conv1d, 128, 0, 4),
        (conv1d, 8192, 0, 256),
        (conv1d, 8193, 1, 129),
        (conv1d, 65_536, 3, 256),
        (conv1d_long, 32_768, 0, 512),
        (conv1d_long, 65_536, 1, 512),
        (conv1d_deep, 3000, 0, 47),
    ],
)
def test_long_signals_are_halved_first(encoder, samples, halvings, steps) -> None:
    signal = keras.Input((samples, 1))
    features = encode({"x": encoder(signal, "x")})["x"]
    names = [layer.name for layer in keras.Model(signal, features.vector).layers]
    assert [name for name in names if "halving" in name] == [
        f"x_halving{number + 1}" for number in range(halvings)
    ]
    assert features.tokens.shape[1] == steps
    assert len(features.stages) == 4


def test_a_vector_with_peaks_is_the_means_and_then_the_largest_values() -> None:
    signal = keras.Input((256, 2))
    features = encode({"x": conv1d_wide(signal, "x")})["x"]
    found = keras.Model(signal, [features.tokens, features.vector])
    rows = np.random.default_rng(0).normal(size=(3, 256, 2)).astype("float32")
    tokens, vector = map(np.asarray, found(rows, training=False))
    assert tokens.shape == (3, 8, 192)
    expected = np.concatenate([tokens.mean(axis=1), tokens.max(axis=1)], axis=1)
    np.testing.assert_allclose(vector, expected, atol=1e-6)


def test_the_deep_encoder_sees_all_of_the_signal_from_each_step() -> None:
    signal = keras.Input((3000, 1))
    model = keras.Model(signal, encode({"x": conv1d_deep(signal, "x")})["x"].tokens)
    rows = np.random.default_rng(0).normal(size=(2, 3000, 1)).astype("float32")
    rows[1, :-100] = rows[0, :-100]
    one, other = np.asarray(model(rows, training=False))
    assert (np.abs(one - other).max(axis=-1) > 1e-6).all()
