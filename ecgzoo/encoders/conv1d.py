"""conv1d: a residual 1D-CNN over the samples of a signal."""

import math
from collections.abc import Sequence
from typing import Any

from keras import layers

from ecgzoo.bands import LONG
from ecgzoo.features import Encoding, Features


def conv1d(
    signal: Any,
    name: str,
    widths: Sequence[int] = (32, 48, 64, 64),
    kernel: int = 7,
    dropout: float = 0.1,
    counted: int = 4,
    longest: int = LONG,
    peaks: bool = False,
) -> Encoding:
    """The 1D-CNN of arXiv 2508.00963; its layer table is not published, so this one is ours.

    A strided convolution, then a residual stage per width, each halving the length. A signal longer
    than ``longest`` goes through more strided convolutions first, as many as bring it down to that:
    a step then spans more of it, and attention sees no more steps.

    Args:
        signal: ``[batch, samples, channels]``.
        name: prefix of the layers' names.
        widths: channels of the stages.
        kernel: samples a convolution spans.
        dropout: share of channels dropped after each stage.
        counted: how many of the stages, the last ones, a fusion sees.
        longest: samples of the longest signal that one strided convolution suffices for.
        peaks: whether the vector has the largest value of each channel beside its mean: a mean
            over time forgets how high a wave was, and what happened but once.

    Yields:
        The feature map of each stage; it goes on with the one it is sent.

    Returns:
        The features.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> encode({"time": conv1d(keras.Input((512, 12)), "time")})["time"].vector.shape
        (None, 64)
    """
    for halving in range(math.ceil(math.log2(max(1, (signal.shape[1] or 1) / longest)))):
        signal = _halved(signal, widths[0], kernel, f"{name}_halving{halving + 1}")
    x = layers.Conv1D(
        widths[0], kernel, strides=2, padding="same", use_bias=False, name=f"{name}_stem"
    )(signal)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    stages = []
    for depth, width in enumerate(widths):
        x = residual(x, width, kernel, f"{name}_stage{depth + 1}")
        x = layers.SpatialDropout1D(dropout)(x)
        if depth >= len(widths) - counted:
            x = yield x
            stages.append(x)
    return Features(tuple(stages), x, pooled(x, f"{name}_vector", peaks))


def pooled(x: Any, name: str, peaks: bool) -> Any:
    """The mean of each channel over a sequence, and behind it, if asked, its largest value."""
    if not peaks:
        return layers.GlobalAveragePooling1D(name=name)(x)
    both = layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)
    return layers.Concatenate(name=name)(both)


def _halved(x: Any, width: int, kernel: int, name: str) -> Any:
    x = layers.Conv1D(width, kernel, strides=2, padding="same", use_bias=False, name=name)(x)
    return layers.Activation("relu")(layers.BatchNormalization()(x))


def residual(x: Any, width: int, kernel: int, name: str) -> Any:
    """A residual stage over a sequence or an image, which halves its length, or both its sides."""
    conv, pool = (
        (layers.Conv1D, layers.AveragePooling1D)
        if len(x.shape) == 3
        else (layers.Conv2D, layers.AveragePooling2D)
    )
    shortcut = conv(width, 1, use_bias=False, name=f"{name}_shortcut")(pool(2, padding="same")(x))
    x = conv(width, kernel, strides=2, padding="same", use_bias=False, name=f"{name}_a")(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = conv(width, kernel, padding="same", use_bias=False, name=f"{name}_b")(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(layers.Add()([x, shortcut]))


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
    return (yield from conv1d(signal, name, widths=(24, 32, 48, 64, 64), longest=4 * LONG))


def conv1d_wide(signal: Any, name: str) -> Encoding:
    """``conv1d`` with three times the channels at its end, and peaks: for pretraining.

    It is what :func:`~ecgzoo.training.pretraining.pretrain` is given where one encoder serves many
    tasks: a narrow one has no room for them.

    Args:
        signal: ``[batch, samples, channels]``.
        name: prefix of the layers' names.

    Yields:
        The feature map of each stage; it goes on with the one it is sent.

    Returns:
        The features.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> encode({"time": conv1d_wide(keras.Input((1000, 12)), "time")})["time"].vector.shape
        (None, 384)
    """
    return (yield from conv1d(signal, name, widths=(32, 64, 128, 192), peaks=True))
