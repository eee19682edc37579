"""From a stroke's outline to the signal that drew it.

A pen of width ``p`` draws in each column the range of the signal over ``p`` columns, and half the
pen more at either end. So the upper outline is the signal's running minimum (in page rows) and the
lower its running maximum, and undoing each with the opposite operation gives two bounds, the
signal's opening and closing. On a slope the signal runs midway between them. At a turn narrower
than the pen the far bound is right: the pen went there. Where the bounds stay apart for long, the
trace is a band (mains hum, four columns a period), and its middle is taken.
"""

from typing import Any

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
    extended, samples = _extended(x, reach), x.shape[-1]
    largest = x
    for shift in range(2 * reach + 1):
        largest = ops.maximum(largest, extended[..., shift : shift + samples])
    return largest


def running_mean(x: Tensor, reach: int) -> Tensor:
    """Mean over ``2 * reach + 1`` samples of the last axis."""
    length = 2 * reach + 1
    total = ops.cumsum(_extended(x, reach), axis=-1)
    first = total[..., length - 1 : length]
    return ops.concatenate([first, total[..., length:] - total[..., :-length]], axis=-1) / length


def _extended(x: Tensor, reach: int) -> Tensor:
    """The samples with the first and the last repeated ``reach`` times."""
    left = ops.repeat(x[..., :1], reach, axis=-1)
    right = ops.repeat(x[..., -1:], reach, axis=-1)
    return ops.concatenate([left, x, right], axis=-1)


def fill_gaps(values: Tensor, seen: Tensor) -> Tensor:
    """Draws straight lines through the samples that were not seen.

    Args:
        values: float32 ``[..., samples]``.
        seen: bool of the same shape; where false, the value is replaced.

    Returns:
        float32 of the same shape; zero where nothing was seen at all.
    """
    samples = values.shape[-1]
    place = ops.broadcast_to(ops.arange(samples, dtype="float32"), ops.shape(values))
    before_at, before = _last_seen(place, values, seen)
    flip = (ops.flip(x, axis=-1) for x in (samples - 1.0 - place, values, seen))
    after_at, after = (ops.flip(x, axis=-1) for x in _last_seen(*flip))
    after_at = samples - 1.0 - after_at
    before, after = (
        ops.where(before_at < 0, after, before),
        ops.where(after_at > samples - 1.0, before, after),
    )
    weight = (place - before_at) / ops.maximum(after_at - before_at, 1.0)
    filled = before + (after - before) * ops.clip(weight, 0.0, 1.0)
    return ops.where(seen, values, filled)


def _last_seen(place: Tensor, values: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
    """Where and what was last seen, up to each sample; place -1 where nothing was."""
    place = ops.where(seen, place, -1.0)
    values = ops.where(seen, values, 0.0)
    step = 1
    while step < values.shape[-1]:
        earlier_place = _shift(place, step, -1.0)
        earlier = _shift(values, step, 0.0)
        values = ops.where(place < 0, earlier, values)
        place = ops.where(place < 0, earlier_place, place)
        step *= 2
    return place, values


def _shift(x: Tensor, step: int, fill: float) -> Tensor:
    pad = [(0, 0)] * (len(x.shape) - 1) + [(step, 0)]
    return ops.pad(x, pad, constant_values=fill)[..., : x.shape[-1]]
