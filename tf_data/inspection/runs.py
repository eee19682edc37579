"""Runs of one value: leads that are flat, and waves that are cut off at the converter's limit."""

import numpy as np

FLAT = 1.0  # seconds without any change: a lead on a patient has noise
PLATEAU = 3  # samples at the limit, at least
ABRUPT = 0.01  # of the lead's span: a wave that is cut off reaches the limit with a slope
STEPS = 3  # of the converter, at least: a round peak of few steps is no plateau


def runs_of(lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first sample and the length of each run of one value; a missing sample is a run itself.

    Example:
        >>> [one.tolist() for one in runs_of(np.array([1, 1, 2, np.nan, np.nan]))]
        [[0, 2, 3, 4], [2, 1, 1, 1]]
    """
    starts = np.concatenate([[0], np.flatnonzero(lead[1:] != lead[:-1]) + 1])
    return starts, np.diff(np.append(starts, len(lead)))


def flat_samples(lead: np.ndarray, rate: float) -> int:
    """How many samples stand in runs of a second or longer.

    Example:
        >>> flat_samples(np.repeat([0.1, 0.2, 0.3], [150, 20, 130]), rate=100)
        280
    """
    lengths = runs_of(lead)[1]
    return int(lengths[lengths >= min(len(lead), FLAT * rate)].sum())


def clipped_samples(lead: np.ndarray, limit: float, step: float) -> int:
    """How many samples stand on plateaus at a limit, which the lead reaches or leaves abruptly.

    A plateau at its start or end is none: recordings are filled up with their last sample.

    Args:
        lead: ``[samples]``.
        limit: its lowest or highest value.
        step: of the converter; 0 where nobody knows.

    Example:
        >>> wave = np.sin(np.arange(100.0) / 5)
        >>> clipped_samples(wave, wave.max(), 0), clipped_samples(wave.clip(-1, 0.8), 0.8, 0)
        (0, 19)
    """
    known = lead[np.isfinite(lead)]
    if not known.size:
        return 0
    span = np.ptp(known)
    starts, lengths = (one[1:-1] for one in runs_of(lead))
    jumps = np.abs(np.diff(lead))
    abrupt = np.fmax(jumps[starts - 1], jumps[starts + lengths - 1])
    found = (lead[starts] == limit) & (lengths >= PLATEAU)
    return int(lengths[found & (abrupt >= max(ABRUPT * span, STEPS * step))].sum())


def step_of(lead: np.ndarray) -> float | None:
    """The converter's step: what all values are multiples of, from the lowest on; None if nothing.

    Example:
        >>> lead = np.array([0.125, 0.13, 0.155, 0.125])
        >>> round(step_of(lead), 6), step_of(np.array([0.1, 0.2, 0.3141592]))
        (0.005, None)
    """
    values = np.unique(lead[np.isfinite(lead)])
    apart = np.diff(values)
    if not apart.size:
        return None
    counts = apart / apart.min()
    if np.abs(counts - np.rint(counts)).max() > 0.05 or counts.max() > 1e6:
        return None
    return float(apart.sum() / np.rint(counts).sum())
