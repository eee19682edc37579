"""Encoders of long signals: as many steps as of short ones, and short ones as they were."""

import keras
import pytest

from ecgzoo.encoders.conv1d import conv1d, conv1d_long
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
