"""Example signals: good input of any spec, for verification, warm-up and recorded answers."""

from __future__ import annotations

import math

import numpy as np

from ecgzoo.signal_spec import SignalSpec


def example_signals(spec: SignalSpec, count: int = 4) -> np.ndarray:
    """Smooth random signals ``[count, samples, leads]``, float32, that meet a spec; see `rounded`.

    Example:
        >>> spec = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
        >>> signals = example_signals(spec)
        >>> signals.shape, float(abs(signals).max())
        ((4, 500, 2), 1.0)
    """
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(count, *spec.shape))
    smooth = np.cumsum(steps, axis=1) - np.linspace(0, 1, spec.samples)[:, None] * steps.sum(
        axis=1, keepdims=True
    )
    return rounded((smooth / np.abs(smooth).max()).astype(np.float32))


def rounded(values: np.ndarray) -> np.ndarray:
    """Rounded to three digits of the largest: short as text, and compressed well.

    Example:
        >>> rounded(np.array([0.123456, -2.3456], np.float32))
        array([ 0.12, -2.35], dtype=float32)
    """
    largest = float(np.abs(values).max())
    return np.round(values, 2 - math.floor(math.log10(largest))) if largest else values
