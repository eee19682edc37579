"""Encoders of long signals: as many steps as of short ones, and short ones as they were."""

import keras
import numpy as np
import pytest

from ecgzoo.encoders.conv1d import conv1d, conv1d_deep, conv1d_long, conv1d_wide
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
        (conv1d_deep, 3000, 0, 24),
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


def test_a_step_of_the_deep_encoder_sees_23_seconds_at_100_hz() -> None:
    signal = keras.Input((6400, 1))
    model = keras.Model(signal, encode({"x": conv1d_deep(signal, "x")})["x"].tokens)
    flat = np.zeros((1, 6400, 1), "float32")
    spikes = [np.where(np.arange(6400) == at, 1e4, 0)[None, :, None] for at in range(0, 6400, 32)]
    one, *each = np.asarray(model(np.concatenate([flat, *spikes]), training=False))[:, 25]
    seen = [32 * at for at, step in enumerate(each) if (step != one).any()]
    assert 2100 < seen[-1] - seen[0] <= 2275
