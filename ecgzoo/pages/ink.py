"""The page's ink as vertical runs, and which run of each column belongs to which trace."""

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ecgzoo.pages.fixed_print import lead_name, name_ink, separator_ink
from ecgzoo.pages.layout import PageLayout

MAX_RUNS = 8
SPECK = 2

Tensor = Any


class Runs(NamedTuple):
    """Runs of ink, from the top down, in the layout's trace window.

    Attributes:
        top: float32 ``[batch, columns, MAX_RUNS]``, first row of a run, in page rows.
        bottom: the row after its last.
        valid: bool, false where a column has fewer runs.
        count: int32 ``[batch, columns]``, runs in the column, those beyond ``MAX_RUNS`` as well.

    Runs no taller than ``SPECK`` (dots of the grid, dust) are left out.
    """

    top: Tensor
    bottom: Tensor
    valid: Tensor
    count: Tensor


def trace_window(layout: PageLayout) -> tuple[slice, slice]:
    """Rows and columns of a page in which traces stand."""
    return slice(*layout.trace_rows), slice(
        layout.strip_left, layout.strip_left + layout.window_samples
    )


def find_runs(pages: Tensor, layout: PageLayout) -> Runs:
    """Finds the runs of trace ink in every column.

    Args:
        pages: gray pages ``[batch, height, width]``, 0 to 255.
        layout: the page's geometry.

    Returns:
        The runs, ``[batch, columns, MAX_RUNS]``.
    """
    rows, columns = trace_window(layout)
    printed = separator_ink(layout) | name_ink(layout, layout.strip_leads[-1])  # on every page
    dark = ops.less(pages[:, rows, columns], ops.cast(layout.ink_below, pages.dtype))
    ink = ops.pad(ops.transpose(dark, (0, 2, 1)), ((0, 0), (0, 0), (1, 1)), constant_values=False)
    edges = ops.not_equal(ink[:, :, 1:], ink[:, :, :-1])
    tops, bottoms, starts = _trimmed_runs(edges, printed[rows, columns])
    runs = _by_column(tops, bottoms, starts, float(layout.trace_rows[0]))
    shape = (ops.shape(pages)[0], layout.window_samples)
    return Runs(*(ops.reshape(x, (*shape, *x.shape[1:])) for x in runs))


def _trimmed_runs(edges: Tensor, fixed: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    """The ends of all runs, column after column, without the fixed ink at either end.

    Fixed ink inside a run stays: there a stroke passes through a letter. Edges start and end runs
    in turn, so that every other one is a top; places count on from column to column, ``starts``
    says where each column begins.
    """
    batch, (_, width, height) = ops.shape(edges)[0], edges.shape
    places = ops.cast(ops.nonzero(ops.reshape(edges, (-1,)))[0], "int32")
    tops, bottoms = places[0::2], places[1::2]
    lie = tuple(map(ops.convert_to_tensor, _runs_of(fixed)))  # once in a graph, for both ends
    row, first, last = _fixed_runs_at(tops % (width * height), height, lie)
    inside = ops.logical_and(first <= row, row < last)
    tops = tops + ops.sum(ops.where(inside, last - row, 0), axis=1)
    row, first, last = _fixed_runs_at(bottoms % (width * height), height, lie)
    inside = ops.logical_and(first < row, row <= last)
    bottoms = bottoms - ops.sum(ops.where(inside, row - first, 0), axis=1)
    kept = ops.nonzero(bottoms - tops > SPECK)[0]
    starts = ops.arange(batch * width + 1, dtype="int32") * height
    return ops.take(tops, kept, axis=0), ops.take(bottoms, kept, axis=0), starts


def _fixed_runs_at(
    places: Tensor, height: int, lie: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """The row of each place ``[n, 1]``, and its column's fixed runs, ``[n, runs]`` their ends."""
    starts, ends = (ops.take(one, places // height, axis=0) for one in lie)
    return (places % height)[:, None], starts, ends


def _runs_of(fixed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First rows and ends of each column's runs: int32 ``[columns, runs]``, zeros where no more.

    Example:
        >>> starts, ends = _runs_of(np.array([[1, 0], [1, 0], [0, 0], [1, 1]], bool))
        >>> starts.tolist(), ends.tolist()
        ([[0, 3], [3, 0]], [[2, 4], [4, 0]])
    """
    padded = np.pad(fixed, ((1, 1), (0, 0))).astype(np.int8)
    change = np.diff(padded, axis=0).T
    most = int((change > 0).sum(axis=1).max())
    starts, ends = np.zeros((2, len(change), most), np.int32)
    for column, changes in enumerate(change):
        first, last = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0)
        starts[column, : first.size], ends[column, : last.size] = first, last
    return starts, ends


def _by_column(
    tops: Tensor, bottoms: Tensor, starts: Tensor, offset: float
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The first ``MAX_RUNS`` runs of each column, and how many there are."""
    first = ops.searchsorted(tops, starts)
    count = first[1:] - first[:-1]
    rank = np.arange(MAX_RUNS, dtype="int32")
    valid = rank < count[:, None]
    index = ops.where(valid, first[:-1, None] + rank, 0)
    # One more, so that there is something to take on a page without ink.
    ends = (ops.concatenate([x, ops.zeros((1,), "int32")]) for x in (tops, bottoms))
    top, bottom = (
        ops.cast(ops.take(x, index, axis=0) - starts[:-1, None], "float32") + offset for x in ends
    )
    return top, bottom, valid, count


GAP_COST = 1.0
MAX_GAP = 60.0
DISTANCE_COST = 0.01
FREE_DISTANCE = 150.0
LEAVE_COST = 2.0
MISSING_COST = 2.0
HIDDEN_COST = 0.5
IMPOSSIBLE = 1e6


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
    blocks = len(layout.box_left)
    shape = (-1, blocks, layout.window_samples // blocks, MAX_RUNS)
    top, bottom, valid = (ops.reshape(x, shape) for x in runs[:3])
    move = _move_cost(top, bottom)
    stay = _stay_cost(top, bottom, valid, layout)
    choice = _cheapest_path(stay, move)
    seen = choice < MAX_RUNS
    taken = ops.one_hot(ops.minimum(choice, MAX_RUNS - 1), MAX_RUNS)
    top, bottom = (ops.sum(x[:, None] * taken, axis=-1) for x in (top, bottom))
    return top, bottom, seen


def _move_cost(top: Tensor, bottom: Tensor) -> Tensor:
    """White between run i of a column and run j of the next, ``[batch, blocks, s - 1, i, j]``."""
    before = top[:, :, :-1, :, None], bottom[:, :, :-1, :, None]
    after = top[:, :, 1:, None, :], bottom[:, :, 1:, None, :]
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
    cost = np.where(hidden_columns(layout), HIDDEN_COST, MISSING_COST).astype("float32")
    return cost[None, ..., None]


def hidden_columns(layout: PageLayout) -> np.ndarray:
    """Where a lead's name or a separator may hide the trace: bool ``[rows, blocks, samples]``."""
    hidden = np.zeros((len(layout.baselines), layout.window_samples), bool)
    names = [(*layout.cell(lead), lead) for lead in layout.leads]
    for row, column, lead in [*names, (len(layout.rows), 0, layout.strip_leads[-1])]:
        inked = np.flatnonzero(lead_name(lead).any(axis=0))
        hidden[row, layout.box_left[column] - layout.strip_left + inked] = True
    for left, right in layout.separators:
        hidden[:, left - layout.strip_left : right - layout.strip_left] = True
    return hidden.reshape(len(layout.baselines), len(layout.box_left), -1)


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
