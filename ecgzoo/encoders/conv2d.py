"""conv2d: a residual 2D-CNN over the scalograms of all leads."""

from collections.abc import Sequence
from typing import Any

from keras import layers

from ecgzoo.encoders.conv1d import residual
from ecgzoo.features import Encoding, Features


def conv2d(
    image: Any,
    name: str,
    widths: Sequence[int] = (24, 32, 48, 64),
    dropout: float = 0.1,
) -> Encoding:
    """The 2D-CNN of arXiv 2508.00963; its layer table is not published, so this one is ours.

    A strided convolution, then a residual stage per width, each halving height and width. The
    rows are frequencies, which unlike columns are not interchangeable: they are kept apart until
    the last stage has seen them.

    Args:
        image: ``[batch, scales, columns, channels]``.
        name: prefix of the layers' names.
        widths: channels of the stages.
        dropout: share of channels dropped after each stage.

    Yields:
        The feature map of each stage; it goes on with the one it is sent.

    Returns:
        The features.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.encode import encode
        >>> features = encode({"image": conv2d(keras.Input((48, 64, 12)), "image")})
        >>> features["image"].tokens.shape
        (None, 4, 64)
    """
    x = layers.BatchNormalization(name=f"{name}_norm")(image)
    x = layers.Conv2D(widths[0], 3, strides=2, padding="same", use_bias=False, name=f"{name}_stem")(
        x
    )
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    stages = []
    for depth, width in enumerate(widths):
        x = residual(x, width, 3, f"{name}_stage{depth + 1}")
        x = yield layers.SpatialDropout2D(dropout)(x)
        stages.append(x)
    tokens = layers.Reshape((-1, widths[-1]), name=f"{name}_tokens")(x)
    vector = layers.GlobalAveragePooling1D(name=f"{name}_vector")(tokens)
    return Features(tuple(stages), tokens, vector)
