"""What rendered pages show, and their gray levels."""

import numpy as np


def heartbeats(samples: int, rate: float, period: float = 0.8) -> np.ndarray:
    """A lead II-like signal in mV: P, Q, R, S and T as Gaussians, repeated."""
    times = np.arange(samples) / rate
    phase = (times % period) - 0.3
    waves = ((-0.16, 0.12, 0.02), (-0.03, -0.1, 0.01), (0.0, 1.2, 0.012), (0.03, -0.3, 0.012))
    waves += ((0.22, 0.3, 0.04),)
    return sum(a * np.exp(-((phase - m) ** 2) / (2 * s**2)) for m, a, s in waves)


def gray(page: np.ndarray) -> np.ndarray:
    """A colour page in gray levels, weighted as JPEG does."""
    return (page @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)
