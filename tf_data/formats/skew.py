"""Leads of which some are late: aligned, and cut to what they share."""

from collections.abc import Sequence

import numpy as np

from ecgzoo.errors import SignalError


def aligned(
    signals: Sequence[np.ndarray], late: Sequence[int], per_frame: Sequence[int], name: str
) -> list[np.ndarray]:
    """Leads that begin at one time, and end at one.

    Args:
        signals: ``[frames * per_frame]`` each, of as many frames.
        late: frames that each is late by: the one of that number belongs to the first of the
            others.
        per_frame: samples of each in a frame.
        name: of their record, for the message.

    Raises:
        SignalError: if they share nothing.

    Example:
        >>> [one.tolist() for one in aligned([np.arange(4), np.arange(4)], [1, 0], [1, 1], "a")]
        [[1, 2, 3], [0, 1, 2]]
    """
    frames = len(signals[0]) // per_frame[0] - max(late)
    if frames < 1:
        raise SignalError(f"expected leads that are late by less than {name} lasts")
    found = zip(signals, late, per_frame, strict=True)
    return [one[skew * each : (skew + frames) * each] for one, skew, each in found]
