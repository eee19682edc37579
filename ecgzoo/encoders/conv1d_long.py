"""conv1d_long: the residual 1D-CNN, for signals of ten seconds."""

from __future__ import annotations

from typing import Any

from ecgzoo.encoders.conv1d import conv1d
from ecgzoo.encoders.features import Encoding


def conv1d_long(signal: Any, name: str) -> Encoding:
    """``conv1d`` with one stage more at its start, so that it sees several heartbeats at once.

    After the strided convolution and five stages a step is 64 samples, and each sees about a
    thousand. A fusion sees the last four stages: as many as of the other encoders.

    Args:
        signal: ``[batch, samples, channels]``.
        name: prefix of the layers' names.

    Yields:
        The feature map of each of the last four stages; it goes on with the one it is sent.

    Returns:
        The features.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> encode({"rhythm": conv1d_long(keras.Input((1952, 3)), "rhythm")})["rhythm"].tokens.shape
        (None, 31, 64)
    """
    return (yield from conv1d(signal, name, widths=(24, 32, 48, 64, 64)))
