"""Beat context: what a record tells of a beat, its rhythm and how it differs from the usual one."""

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import median_filter

CHANGE = ("MLII_change",)
RHYTHM = ("RR_before", "RR_after", "RR_local", "RR_irregularity")
"""The channels, in the order of :func:`rhythm`."""

PREVIOUS = 60  # intervals that a mean is of, at most
LONGEST_RR = 3.0  # s; longer ones are gaps between annotations, such as flutter, not intervals
INTERVALS = 5  # that are told of a beat


def rr_intervals(times: Sequence[float]) -> np.ndarray:
    """What a beat's time tells of it: whether it came early, and whether a pause followed.

    Args:
        times: of all beats of a record in seconds, in order, those included whose window leaves it.

    Returns:
        float32 ``[beats, 5]`` in seconds: the mean of the up to sixty RR intervals before that
        before the beat; the last of these; the RR before the beat; the RR after it; the next. Where
        a record has none before, it is the one after; where it has none after, the one before: so
        the ends of a record show no step. A record of one beat has 1 s. Intervals beyond 3 s count
        as 3 s.

    Example:
        >>> rr_intervals([1.0, 2.0, 2.5, 4.0]).tolist()[2]  # it comes early
        [1.0, 1.0, 0.5, 1.5, 1.5]
    """
    if len(times) < 2:
        return np.ones((len(times), INTERVALS), np.float32)
    between = np.minimum(np.diff(times), LONGEST_RR)
    every = np.concatenate([between[:1], between[:1], between, between[-1:], between[-1:]])
    earlier = (
        between[max(0, beat - 1 - PREVIOUS) : max(1, beat - 1)] for beat in range(len(times))
    )
    means = [one.mean() for one in earlier]
    steps = [every[place : place + len(times)] for place in range(INTERVALS - 1)]
    return np.stack([means, *steps], axis=1).astype(np.float32)


LOCAL, IRREGULAR = 21, 61  # beats around, of the medians


def rhythm(rr: np.ndarray) -> np.ndarray:
    """Whether a beat came early, and in which rhythm: shares, which tell it at any heart rate.

    A beat that comes early in atrial fibrillation, in which all intervals differ, is none that is
    premature; so how irregular the rhythm is stands beside how early the beat was.

    Args:
        rr: float ``[beats, 5]`` of a record's beats in order of time, of :func:`rr_intervals`.

    Returns:
        float32 ``[beats, 4]``, 0 where nothing happens: the RR interval before the beat over the
        mean of the minute before, minus 1; that after it likewise; that before it over the median
        of the 21 around, minus 1; and the median, of the 61 around, of how much one interval
        differs from the next, over that mean.

    Example:
        >>> steady = np.full((100, 5), 0.8)
        >>> steady[50] = 0.8, 0.8, 0.4, 1.2, 0.8
        >>> rhythm(steady)[50].round(2).tolist()
        [-0.5, 0.5, -0.5, 0.0]
    """
    seconds = np.asarray(rr, np.float64)
    mean, before, after = seconds[:, 0], seconds[:, 2], seconds[:, 3]
    local = median_filter(before, LOCAL, mode="nearest")
    differs = np.abs(before - seconds[:, 1])
    irregular = median_filter(differs, IRREGULAR, mode="nearest")
    shares = before / mean - 1, after / mean - 1, before / local - 1, irregular / mean
    return np.stack(shares, axis=1).astype(np.float32)


def change(signals: np.ndarray) -> np.ndarray:
    """How beats differ from the usual one of their record: each minus the median of all.

    So that a patient's own form of beat, whatever it is, is a line at zero.

    Args:
        signals: mV ``[beats, samples]`` of one lead of one record; each beat's own median counts
            as its baseline.

    Returns:
        float32 mV ``[beats, samples]``.

    Example:
        >>> usual = np.sin(np.arange(9.0))
        >>> bool((change(np.stack([usual, usual + 1, usual])) < 1e-6).all())
        True
    """
    level = signals - np.median(signals, axis=1, keepdims=True)
    return (level - np.median(level, axis=0)).astype(np.float32)


def as_channels(numbers: np.ndarray, samples: int, step: int) -> np.ndarray:
    """Numbers of beats as channels, which models of signals take: 0, and from a sample on they.

    A constant channel would tell nothing to a model that takes each channel's mean away.

    Args:
        numbers: float ``[beats, channels]``.
        samples: of a beat.
        step: the first sample that has the number.

    Returns:
        float32 ``[beats, samples, channels]``.

    Example:
        >>> as_channels(np.array([[0.5]]), 4, step=1)[0, :, 0].tolist()
        [0.0, 0.5, 0.5, 0.5]
    """
    drawn = np.repeat(numbers[:, None].astype(np.float32), samples, axis=1)
    drawn[:, :step] = 0
    return drawn
