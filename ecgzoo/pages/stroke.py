"""From a stroke's outline to the signal that drew it.

A pen of width ``p`` draws in each column the range of the signal over ``p`` columns, and half the
pen more at either end. So the upper outline is the signal's running minimum (in page rows) and the
lower its running maximum, and undoing each with the opposite operation gives two bounds, the
signal's opening and closing. On a slope the signal runs midway between them. At a turn narrower
than the pen the far bound is right: the pen went there. Where the bounds stay apart for long, the
trace is a band (mains hum, four columns a period), and its middle is taken.
"""

from typing import Any

import numpy as np
from keras import ops

CONTEXT = 24
MIN_TURN = 2.0
TURN_RATIO = 1.5
TURN_REACH = 2

Tensor = Any


def undraw(top: Tensor, bottom: Tensor, pen: int) -> Tensor:
    """The y of the signal that a pen drew.

    Args:
        top: float32 ``[..., samples]``, the stroke's first row in each column.
        bottom: the row after its last.
        pen: the pen's thickness in pixels, odd.

    Returns:
        float32 ``[..., samples]``, y in pixels (the centre of the top row of a page is 0).
    """
    half = (pen - 1) / 2
    reach = pen // 2
    high = running_max(top, reach) + half
    low = -running_max(-bottom, reach) - 1.0 - half
    context = running_mean((top + bottom - 1.0) / 2, CONTEXT)
    upwards = ops.abs(high - context) > ops.abs(low - context)
    peak = high <= -running_max(-high, TURN_REACH)
    trough = low >= running_max(low, TURN_REACH)
    gap = low - high
    wide = ops.logical_and(gap > MIN_TURN, gap > TURN_RATIO * running_mean(gap, CONTEXT))
    turn = ops.logical_and(wide, ops.where(upwards, peak, trough))
    return ops.where(turn, ops.where(upwards, high, low), (high + low) / 2)


def running_max(x: Tensor, reach: int) -> Tensor:
    """Maximum over ``2 * reach + 1`` samples of the last axis."""
    window = np.arange(x.shape[-1])[:, None] + np.arange(-reach, reach + 1)
    return ops.max(_taken(x, window), axis=-1)


def running_mean(x: Tensor, reach: int) -> Tensor:
    """Mean over ``2 * reach + 1`` samples of the last axis."""
    length = 2 * reach + 1
    total = ops.cumsum(_extended(x, reach), axis=-1)
    first = total[..., length - 1 : length]
    return ops.concatenate([first, total[..., length:] - total[..., :-length]], axis=-1) / length


def _extended(x: Tensor, reach: int) -> Tensor:
    """The samples with the first and the last repeated ``reach`` times."""
    return _taken(x, np.arange(-reach, x.shape[-1] + reach))


def _taken(x: Tensor, places: np.ndarray) -> Tensor:
    """The samples at places; the first and the last stand for those beyond the ends."""
    inside = np.clip(places, 0, x.shape[-1] - 1).astype("int32")
    return ops.take(x, inside, axis=-1)


def fill_gaps(values: Tensor, seen: Tensor) -> Tensor:
    """Draws straight lines through the samples that were not seen.

    Args:
        values: float32 ``[..., samples]``.
        seen: bool of the same shape; where false, the value is replaced.

    Returns:
        float32 of the same shape; zero where nothing was seen at all.
    """
    place = np.arange(values.shape[-1], dtype="int32")
    before_at, after_at = _seen_around(seen)
    before, after = (ops.take_along_axis(values, x, axis=-1) for x in (before_at, after_at))
    gap = ops.maximum(after_at - before_at, 1)
    weight = ops.cast(place - before_at, "float32") / ops.cast(gap, "float32")
    filled = before + (after - before) * ops.clip(weight, 0.0, 1.0)
    return ops.where(seen, values, ops.where(ops.any(seen, axis=-1, keepdims=True), filled, 0.0))


def widest_jump(top: Tensor, bottom: Tensor, seen: Tensor) -> Tensor:
    """The most white between one column of a stroke and the next that was seen.

    Args:
        top: float32 ``[..., samples]``, the stroke's first row in each column.
        bottom: the row after its last.
        seen: bool of the same shape; what stands where it is false does not count.

    Returns:
        float32 ``[...]``, in rows, 0 or more.

    Example:
        >>> top = np.array([[5.0, 5.0, 99.0, 40.0]], "float32")
        >>> seen = np.array([[True, True, False, True]])
        >>> widest_jump(top, top + 3, seen).numpy().tolist()
        [32.0]
    """
    _, following = _seen_around(seen)
    next_top, next_bottom = (ops.take_along_axis(x, following, axis=-1) for x in (top, bottom))
    white = ops.maximum(next_top - bottom, top - next_bottom)
    return ops.max(ops.where(seen, ops.maximum(white, 0.0), 0.0), axis=-1)


def _seen_around(seen: Tensor) -> tuple[Tensor, Tensor]:
    """Places of the last sample seen up to each, and of the first beyond it: int32, as ``seen``.

    Before the first that was seen, the first stands on both sides; beyond the last, the last.
    """
    samples = seen.shape[-1]
    place = np.arange(samples, dtype="int32")
    # The places that were seen, in order, and for each sample how many of them lie up to it.
    order = ops.argsort(ops.where(seen, place, place + samples), axis=-1)
    count = ops.cumsum(ops.cast(seen, "int32"), axis=-1)
    last = ops.maximum(count[..., -1:] - 1, 0)
    before, after = ops.maximum(count - 1, 0), ops.minimum(count, last)
    return (
        ops.take_along_axis(order, before, axis=-1),
        ops.take_along_axis(order, after, axis=-1),
    )
