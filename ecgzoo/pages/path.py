"""Which run of ink belongs to which trace: the cheapest path through each column's runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name
from ecgzoo.pages.ink import MAX_RUNS, Runs
from ecgzoo.pages.layout import PageLayout

GAP_COST = 1.0
MAX_GAP = 60.0
DISTANCE_COST = 0.01
FREE_DISTANCE = 150.0
LEAVE_COST = 2.0
MISSING_COST = 2.0
HIDDEN_COST = 0.5
IMPOSSIBLE = 1e6

Tensor = Any


def choose_runs(runs: Runs, layout: PageLayout) -> tuple[Tensor, Tensor, Tensor]:
    """Follows every trace of the page through the runs, each block of 2.5 s on its own.

    The path pays for white between the runs of neighbouring columns, a little for its distance
    from the row's baseline, and for columns in which it takes no run at all.

    Args:
        runs: the page's runs, ``[batch, columns, MAX_RUNS]``.
        layout: the page's geometry.

    Returns:
        ``top``, ``bottom`` (first row and row after the last, float32) and ``seen`` (bool: the path
        takes a run here), each ``[batch, rows, blocks, samples]``, the strip being the last row.
    """
    top, bottom, valid = (_blocks(x, layout) for x in runs[:3])
    move = _move_cost(top, bottom)
    stay = _stay_cost(top, bottom, valid, layout)
    choice = _cheapest_path(stay, move)
    seen = choice < MAX_RUNS
    index = ops.minimum(choice, MAX_RUNS - 1)[..., None]
    picked = [
        ops.take_along_axis(ops.repeat(x[:, None], len(layout.baselines), axis=1), index, axis=-1)
        for x in (top, bottom)
    ]
    return picked[0][..., 0], picked[1][..., 0], seen


def _blocks(runs: Tensor, layout: PageLayout) -> Tensor:
    blocks = len(layout.box_left)
    return ops.reshape(runs, (-1, blocks, layout.window_samples // blocks, MAX_RUNS))


def _move_cost(top: Tensor, bottom: Tensor) -> Tensor:
    """White between run i of a column and run j of the next, ``[batch, blocks, s - 1, i, j]``."""
    before, after = (
        (top[:, :, :-1, :, None], bottom[:, :, :-1, :, None]),
        (
            top[:, :, 1:, None, :],
            bottom[:, :, 1:, None, :],
        ),
    )
    gap = ops.maximum(after[0] - before[1], before[0] - after[1])
    cost = GAP_COST * ops.clip(gap, 0.0, MAX_GAP)
    cost = ops.pad(cost, ((0, 0),) * 3 + ((0, 1), (0, 1)), constant_values=LEAVE_COST)
    missing_to_missing = np.zeros((MAX_RUNS + 1, MAX_RUNS + 1), "float32")
    missing_to_missing[-1, -1] = LEAVE_COST
    return cost - missing_to_missing


def _stay_cost(top: Tensor, bottom: Tensor, valid: Tensor, layout: PageLayout) -> Tensor:
    """Cost of each run for each row's trace, ``[batch, rows, blocks, samples, runs + 1]``."""
    baseline = np.reshape(np.array(layout.baselines, "float32"), (-1, 1, 1, 1))
    away = ops.maximum(top[:, None] - baseline, baseline - bottom[:, None])
    cost = DISTANCE_COST * ops.maximum(away - FREE_DISTANCE, 0.0)
    cost = ops.where(valid[:, None], cost, IMPOSSIBLE)
    missing = ops.zeros_like(cost[..., :1]) + _missing_cost(layout)
    return ops.concatenate([cost, missing], axis=-1)


def _missing_cost(layout: PageLayout) -> np.ndarray:
    """Cost of taking no run: low where a lead's name or a separator may hide the trace."""
    cost = np.full((len(layout.baselines), layout.window_samples), MISSING_COST, "float32")
    names = [(*layout.cell(lead), lead) for lead in layout.leads]
    for row, column, lead in [*names, (len(layout.rows), 0, layout.strip_leads[-1])]:
        inked = np.flatnonzero(lead_name(lead).any(axis=0))
        cost[row, layout.box_left[column] - layout.strip_left + inked] = HIDDEN_COST
    for left, right in layout.separators:
        cost[:, left - layout.strip_left : right - layout.strip_left] = HIDDEN_COST
    blocks = len(layout.box_left)
    return cost.reshape(1, len(layout.baselines), blocks, -1, 1)


def _cheapest_path(stay: Tensor, move: Tensor) -> Tensor:
    """Min-sum over all paths, forwards and backwards in one scan; the best run per column."""
    stay = ops.transpose(stay, (3, 0, 1, 2, 4))
    move = ops.transpose(move, (2, 0, 1, 3, 4))[:, :, None]
    both = ops.stack([stay, ops.flip(stay, axis=0)], axis=1)
    back = ops.transpose(ops.flip(move, axis=0), (0, 1, 2, 3, 5, 4))
    moves = ops.stack([move, back], axis=1)

    def step(cost: Tensor, inputs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        stay, move = inputs
        cost = stay + ops.min(cost[..., :, None] + move, axis=-2)
        return cost, cost

    _, costs = ops.scan(step, both[0], (both[1:], moves))
    costs = ops.concatenate([both[:1], costs], axis=0)
    total = costs[:, 0] + ops.flip(costs[:, 1], axis=0) - stay
    return ops.transpose(ops.argmin(total, axis=-1), (1, 2, 3, 0))
