"""Resampling of a signal that is read in blocks: what resampling the whole gives."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from tf_data.resampling import ratio_of

Read = Callable[[int, int], np.ndarray]
REACH = 10  # samples on either side of one, at the slower rate, that scipy's filter weighs


def resampled_blocks(
    read: Read, samples: int, from_rate: float, to_rate: float, at_once: int
) -> Iterator[np.ndarray]:
    """What :func:`tf_data.resampling.resample` gives of a whole signal, block after block.

    The same to rounding, also at the ends and between blocks. A missing sample (NaN) is missing
    around it too, as far as the filter reaches.

    Args:
        read: the signal's samples from one on up to another, float ``[samples, leads]``.
        samples: its length.
        from_rate: its rate in Hz.
        to_rate: the rate wanted, in Hz.
        at_once: about how many samples are read at once.

    Yields:
        float32 ``[some, leads]``.

    Raises:
        SignalError: if a rate is not above 0 Hz, or they are more than a factor of 1000 apart.

    Example:
        >>> day = np.sin(np.arange(1000.0) / 10)[:, None]
        >>> blocks = resampled_blocks(lambda a, b: day[a:b], 1000, 250, 100, at_once=300)
        >>> [len(block) for block in blocks]
        [120, 120, 120, 40]
    """
    from scipy.signal import resample_poly  # scipy.signal takes a moment to import

    up, down = ratio_of(from_rate, to_rate)
    margin = 0 if up == down else math.ceil((REACH * max(up, down) / up + 1) / down) * down
    around = _beyond_its_ends(read, samples) if margin else read
    step = max(1, at_once // down) * down
    for start in range(0, samples, step):
        stop = min(start + step, samples)
        block = np.asarray(around(start - margin, stop + margin), np.float64)
        if margin:  # a multiple of `down`, as is `start`: the block's first sample is one of both
            block = resample_poly(block, up, down, axis=0)
        first, end = (margin * up // down, math.ceil((stop - start + margin) * up / down))
        yield block[first:end].astype(np.float32)


def _beyond_its_ends(read: Read, samples: int) -> Read:
    """Reads on beyond either end, where the line through the first and last sample goes on."""
    first, last = read(0, 1)[0].astype(np.float64), read(samples - 1, samples)[0].astype(np.float64)
    slope = np.nan_to_num((last - first) / max(1, samples - 1))

    def around(start: int, stop: int) -> np.ndarray:
        before = first + np.arange(start, 0)[:, None] * slope
        after = last + np.arange(1, stop - samples + 1)[:, None] * slope
        inside = read(max(start, 0), min(stop, samples))
        return np.concatenate([before, inside, after])

    return around
