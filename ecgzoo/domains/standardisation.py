"""Standardisation of a signal: what every domain does first."""

from __future__ import annotations

from typing import Any

from keras import ops

FLOOR = 1e-6


def centred(signal: Any) -> Any:
    """The signal ``[..., samples, leads]`` without the mean of each lead."""
    signal = ops.cast(signal, "float32")
    return signal - ops.mean(signal, axis=-2, keepdims=True)


def standardised(signal: Any) -> Any:
    """The centred signal in units of its standard deviation over all samples and leads.

    One scale for all leads keeps their relative amplitudes, which carry diagnostic information.
    A constant signal becomes zeros; NaN stays in its row.

    Args:
        signal: ``[batch, samples, leads]``, any unit.

    Returns:
        float32 ``[batch, samples, leads]``, without unit.

    Example:
        >>> import numpy as np
        >>> signal = np.array([[[0.0], [2.0]]], "float32")
        >>> np.asarray(standardised(signal)).round(3).tolist()
        [[[-1.0], [1.0]]]
    """
    signal = centred(signal)
    power = ops.mean(ops.square(signal), axis=(-2, -1), keepdims=True)
    return signal / ops.maximum(ops.sqrt(power), FLOOR)
