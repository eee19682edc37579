"""The inverse real Fourier transform to a lower rate, with the gradient that TensorFlow lacks."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops


def inverse_fourier(real: Any, imaginary: Any, length: int) -> Any:
    """``ops.irfft`` of a spectrum that may have more bins than ``length`` needs.

    TensorFlow cuts such a spectrum by itself, faster than a slice before it would, but its gradient
    then fails: it expects as many bins as there were.

    Args:
        real: real part ``[batch, bins]``.
        imaginary: imaginary part, the same shape.
        length: samples wanted; at most ``2 * bins - 1``.

    Returns:
        ``[batch, length]``.

    Example:
        >>> spectrum = ops.rfft(np.ones((1, 8), "float32"))
        >>> inverse_fourier(*spectrum, length=4).numpy().tolist()
        [[2.0, 2.0, 2.0, 2.0]]
    """
    bins = length // 2 + 1
    beyond = real.shape[1] - bins
    if not beyond:
        return ops.irfft((real, imaginary), length)
    # All but the first bin, and the last one of an even length, stand for two.
    counted = np.full(bins, 2 / length, "float32")
    counted[[0] if length % 2 else [0, -1]] /= 2

    @ops.custom_gradient
    def cut(real: Any, imaginary: Any) -> Any:
        def gradient(*upstream: Any) -> tuple[Any, Any]:
            parts = ops.rfft(upstream[-1])
            first, second = (ops.pad(part * counted, ((0, 0), (0, beyond))) for part in parts)
            return first, second

        return ops.irfft((real, imaginary), length), gradient

    return cut(real, imaginary)
