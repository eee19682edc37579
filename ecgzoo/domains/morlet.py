"""The complex Morlet wavelet's transfer functions, in float64: the definitions of a scalogram."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

BANDWIDTH, CENTRE = 1.5, 1.0
# Beyond this distance from the centre (in units of 1 / scale) the wavelet's spectrum is below 1e-7.
HALF_BAND = float(np.sqrt(np.log(1e7) / (np.pi**2 * BANDWIDTH)))
# A wavelet of scale 1 reaches this far to each side, in samples, before it falls below 1e-6.
REACH = 4.55

TransferFunction = Callable[[np.ndarray, np.ndarray], np.ndarray]


def spectrum(frequency: np.ndarray) -> np.ndarray:
    """Fourier transform of PyWavelets' ``cmor1.5-1.0`` at scale 1: a Gaussian around 1."""
    return np.exp(-(np.pi**2) * BANDWIDTH * (frequency - CENTRE) ** 2)


def textbook(scales: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """The sampled wavelet transform: ``sqrt(s) psi_hat(s f)`` for positive ``f``.

    Args:
        scales: ``[scales]``, in samples.
        frequency: ``[bins]``, in cycles per sample, in ``[-1/2, 1/2]``.

    Returns:
        complex128 ``[scales, bins]``.
    """
    s, f = scales[:, None], frequency[None, :]
    return np.where(f > 0, np.sqrt(s) * spectrum(s * f), 0.0).astype(complex)


def pywavelets(scales: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """What ``pywt.cwt(..., "cmor1.5-1.0")`` tends to as its ``precision`` grows.

    PyWavelets integrates the wavelet, samples the integral and differentiates: a box filter, hence
    the sinc; sampling folds the spectrum, hence the sum over m.

    Args:
        scales: ``[scales]``, in samples.
        frequency: ``[bins]``, in cycles per sample, in ``[-1/2, 1/2]``.

    Returns:
        complex128 ``[scales, bins]``.
    """
    s = scales[:, None]
    length = np.floor(16 * s) + 1
    delay = -8 * s + 0.5 + (length - 1) - (np.floor((length - 2) / 2) + 1)
    total = np.zeros((scales.size, frequency.size), complex)
    for shift in (-1, 0, 1, 2):
        f = frequency[None, :] + shift
        total += spectrum(s * f) * np.sinc(f) * np.exp(-2j * np.pi * f * delay)
    return np.sqrt(s) * total


DEFINITIONS: dict[str, TransferFunction] = {"textbook": textbook, "pywavelets": pywavelets}
