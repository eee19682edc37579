"""Fourier: the ways in which domain layers compute their Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

from ecgzoo.domains.inverse_fourier import inverse_fourier
from ecgzoo.domains.matrix_fourier import inverse_matrix_fourier, matrix_fourier
from ecgzoo.registry import unknown


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
