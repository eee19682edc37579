"""Fourier: the ways in which domain layers compute their Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.domains.matrix_fourier import inverse_matrix_fourier, matrix_fourier
from ecgzoo.registry import unknown


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


@dataclass(frozen=True)
class Fourier:
    """A real Fourier transform and its inverse.

    Attributes:
        forward: from ``[batch, ..., samples]`` to the real and imaginary part of the bins.
        inverse: from these, and the samples wanted, back.
    """

    forward: Callable[[Any], tuple[Any, Any]]
    inverse: Callable[[Any, Any, int], Any]


FOURIER = {
    "fft": Fourier(ops.rfft, inverse_fourier),
    # For ONNX and LiteRT, whose runtimes lack the transforms or get some lengths wrong.
    "matrix": Fourier(matrix_fourier, inverse_matrix_fourier),
}


def check_fourier(name: str) -> str:
    """The name, if it is one of :data:`FOURIER`.

    Raises:
        ValueError: if it is not.

    Example:
        >>> check_fourier("fft")
        'fft'
    """
    if name not in FOURIER:
        raise ValueError(unknown("fourier", name, FOURIER))
    return name
