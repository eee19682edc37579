"""Fourier: the ways in which domain layers compute their Fourier transforms."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.registry import unknown


def matrix_fourier(signal: Any) -> tuple[Any, Any]:
    """What ``ops.rfft`` gives, to float32 rounding.

    Args:
        signal: float32 ``[batch, ..., samples]``.

    Returns:
        Real and imaginary part, ``[batch, ..., samples // 2 + 1]`` each.

    Example:
        >>> real, imaginary = matrix_fourier(np.array([[1, 2, 3, 4]], "float32"))
        >>> np.asarray(real).tolist(), (np.asarray(imaginary).round(5) + 0).tolist()
        ([[10.0, -2.0, -2.0]], [[0.0, 2.0, 0.0]])
    """
    length = signal.shape[-1]
    return _transformed([signal], length, -1, length // 2 + 1)


def inverse_matrix_fourier(real: Any, imaginary: Any, length: int) -> Any:
    """What ``inverse_fourier`` gives, to float32 rounding.

    Args:
        real: real part ``[batch, ..., bins]``; bins beyond those of ``length`` are not used.
        imaginary: imaginary part, the same shape.
        length: samples wanted; at most ``2 * bins - 1``.

    Returns:
        ``[batch, ..., length]``.

    Example:
        >>> spectrum = matrix_fourier(np.array([[1, 2, 3, 4]], "float32"))
        >>> np.asarray(inverse_matrix_fourier(*spectrum, length=4)).round(5).tolist()
        [[1.0, 2.0, 3.0, 4.0]]
    """
    counted = _counted(length)
    parts = [part[..., : counted.size] * counted for part in (real, imaginary)]
    return _transformed(parts, length, 1, length)[0]


def _counted(length: int) -> np.ndarray:
    """Each bin's share; all but the first, and the last one of an even length, stand for two."""
    counted = np.full(length // 2 + 1, 2 / length, "float32")
    counted[[0] if length % 2 else [0, -1]] /= 2
    return counted


def _transformed(parts: Sequence[Any], length: int, sign: int, wanted: int) -> tuple[Any, Any]:
    """The sums over ``k`` of ``x[k] exp(sign 2 pi i k n / length)``, for ``n`` below ``wanted``.

    With ``k = b p + q`` and ``n = r + a s`` the sum over ``p`` is the first step, the one over
    ``q`` the second.

    Args:
        parts: the real and, unless it is zero, the imaginary part of ``x``; what is missing at the
            end is zero.
        length: of the transform.
        sign: -1 or 1.
        wanted: how many sums.

    Returns:
        Real and imaginary part.
    """
    a, b = _factors(length)
    q, r, s = np.arange(b), np.arange(a), np.arange(math.ceil(wanted / a))
    rows = [_folded(part, b) for part in parts]
    p = np.arange(rows[0].shape[1])
    first = _as_real(_roots(r, p, sign, a))[:, : len(parts) * p.size]
    x = _turned(ops.matmul(first, ops.concatenate(rows, axis=1)), _roots(r, q, sign, length))
    x = ops.matmul(x, _as_real(_roots(s, q, sign, b)).T)
    shape = (-1, *parts[0].shape[1:-1], a * s.size)
    sums = (ops.transpose(part, (0, 2, 1)) for part in ops.split(x, 2, axis=2))
    real, imaginary = (ops.reshape(part, shape)[..., :wanted] for part in sums)
    return real, imaginary


def _factors(length: int) -> tuple[int, int]:
    """The two factors of a length that are nearest to each other, the smaller one first."""
    a = next(a for a in range(math.isqrt(length), 0, -1) if length % a == 0)
    return a, length // a


def _folded(part: Any, width: int) -> Any:
    """Rows of ``width`` from each sequence, ``[batch, rows, width]``; the last ends with zeros."""
    given = part.shape[-1]
    rows = math.ceil(given / width)
    padded = ops.pad(ops.reshape(part, (-1, given)), ((0, 0), (0, rows * width - given)))
    return ops.reshape(padded, (-1, rows, width))


def _turned(x: Any, by: np.ndarray) -> Any:
    """Complex numbers times others: real parts above imaginary ones; then beside them."""
    real, imaginary = ops.split(x, 2, axis=1)
    cos, sin = by.real.astype("float32"), by.imag.astype("float32")
    return ops.concatenate([real * cos - imaginary * sin, real * sin + imaginary * cos], axis=2)


def _roots(first: np.ndarray, second: np.ndarray, sign: int, period: int) -> np.ndarray:
    """``exp(sign 2 pi i first second / period)``, in float64."""
    steps = np.multiply.outer(first, second) % period  # exact, where large angles are not
    return np.exp(sign * 2j * np.pi * steps / period)


def _as_real(matrix: np.ndarray) -> np.ndarray:
    """What a complex matrix does to numbers, for real above imaginary parts; float32."""
    return np.block([[matrix.real, -matrix.imag], [matrix.imag, matrix.real]]).astype("float32")


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
    counted = _counted(length)
    beyond = real.shape[1] - counted.size
    if not beyond:
        return ops.irfft((real, imaginary), length)

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
