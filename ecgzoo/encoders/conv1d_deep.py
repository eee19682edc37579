"""conv1d_deep: residual stages before a transformer, for the rhythm of half a minute."""

from typing import Any

from keras import layers

from ecgzoo.encoders.conv1d import conv1d, pooled
from ecgzoo.encoders.conv1d_transformer import attended
from ecgzoo.features import Encoding, Features

WIDTHS = (32, 48, 64, 96, 128)
BLOCKS, HEADS, DROPOUT = 2, 4, 0.1


def conv1d_deep(signal: Any, name: str) -> Encoding:
    """Five residual stages, then two transformer blocks over what they make of the signal.

    A step of the last stage is 64 samples and sees about a thousand, at 100 Hz ten seconds; in the
    blocks each sees all others. Without learned positions it takes signals of any length.

    Args:
        signal: ``[batch, samples, channels]``.
        name: prefix of the layers' names.

    Yields:
        The feature map of each of the last two stages and of each block; it goes on with the one
        it is sent.

    Returns:
        The features; the vector has the largest value of each channel beside its mean.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> encode({"time": conv1d_deep(keras.Input((3000, 1)), "time")})["time"].vector.shape
        (None, 256)
    """
    convolved = yield from conv1d(signal, f"{name}_convolved", widths=WIDTHS, counted=2)
    stages, x = [*convolved.stages], convolved.tokens
    for block in range(BLOCKS):
        x = yield attended(x, HEADS, DROPOUT, f"{name}_block{block + 1}")
        stages.append(x)
    x = layers.LayerNormalization(name=f"{name}_tokens")(x)
    return Features(tuple(stages), x, pooled(x, f"{name}_vector", peaks=True))
