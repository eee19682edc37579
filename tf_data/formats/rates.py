"""Leads of several rates in one array."""

from collections.abc import Sequence

import numpy as np

from tf_data.resampling import resample


def at_one_rate(
    signals: Sequence[np.ndarray], rates: Sequence[float], names: Sequence[str]
) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Leads side by side, at the highest of their rates.

    Args:
        signals: ``[samples]`` each.
        rates: of each, in Hz.
        names: of each.

    Returns:
        The leads ``[samples, leads]``, their rate, and which were resampled, in a sentence each.

    Example:
        >>> slow, fast = np.zeros(50), np.ones(100)
        >>> both, rate, notes = at_one_rate([slow, fast], [125, 250], ["I", "II"])
        >>> both.shape, rate, notes
        ((100, 2), 250, ('lead I is resampled from 125 to 250 Hz, the rate of the others',))
    """
    highest = max(rates)
    columns = [
        one if rate == highest else resample(one[:, None], rate, highest)[:, 0]
        for one, rate in zip(signals, rates, strict=True)
    ]
    notes = tuple(
        f"lead {name} is resampled from {rate:g} to {highest:g} Hz, the rate of the others"
        for name, rate in zip(names, rates, strict=True)
        if rate != highest
    )
    length = min(map(len, columns))
    return np.stack([one[:length] for one in columns], axis=1), highest, notes
