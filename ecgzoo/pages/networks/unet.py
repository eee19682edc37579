"""Two small networks for sheets: one tells kinds of print apart, one follows a row's trace."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from ecgzoo.pages.sheets.drawing import KINDS

Tensor = Any

PRINT_WIDTHS = 12, 24, 32, 48
ROW_WIDTHS = 16, 24, 32, 48, 64
DIVISOR = 32  # of the sides of what they take


def print_network() -> keras.Model:
    """Kinds of print: ``[batch, rows, columns, 2]`` to logits of half as many rows and columns.

    Both sides are multiples of ``DIVISOR``; a pixel is ``1 / PIXELS_PER_MM`` either way.
    """
    inputs = keras.Input((None, None, 2))
    features = _unet(inputs, PRINT_WIDTHS)
    return keras.Model(inputs, layers.Conv2D(KINDS, 1, name="kinds")(features), name="print")


def row_network() -> keras.Model:
    """A row's trace: ``[batch, rows, columns, 3]`` to a logit of each place in a column.

    The third channel is the height in the crop, -1 to 1. Beside the places of a column stands a
    logit of 0: that no trace is there.
    """
    inputs = keras.Input((None, None, 3))
    features = _unet(inputs, ROW_WIDTHS)
    quarters = layers.Conv2D(4, 3, padding="same", name="trace")(features)
    return keras.Model(inputs, Interleaved(name="interleaved")(quarters), name="row")


class Interleaved(layers.Layer):
    """Four channels as the four pixels of a square: ``[b, h, w, 4]`` to ``[b, 2 h, 2 w]``."""

    def call(self, x: Tensor) -> Tensor:
        """Interleaves them."""
        batch, height, width = ops.shape(x)[:3]
        x = ops.transpose(ops.reshape(x, (batch, height, width, 2, 2)), (0, 1, 3, 2, 4))
        return ops.reshape(x, (batch, 2 * height, 2 * width))


def _unet(inputs: Tensor, widths: tuple[int, ...]) -> Tensor:
    """Features at half the size: the finest level costs most, so there is none at full size."""
    x, skips = _convolved(inputs, widths[0], "stem", 5, 2), []
    for level, width in enumerate(widths):
        x = _convolved(_convolved(x, width, f"down{level}a"), width, f"down{level}b")
        if level < len(widths) - 1:
            skips.append(x)
            x = layers.MaxPooling2D(2, name=f"pool{level}")(x)
    for level in reversed(range(len(widths) - 1)):
        x = layers.UpSampling2D(2, name=f"up{level}")(x)
        x = layers.Concatenate(name=f"skip{level}")([skips[level], x])
        x = _convolved(x, widths[level], f"side{level}a")
        x = _convolved(x, widths[level], f"side{level}b")
    return x


def _convolved(x: Tensor, width: int, name: str, size: int = 3, strides: int = 1) -> Tensor:
    x = layers.Conv2D(width, size, strides, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)
