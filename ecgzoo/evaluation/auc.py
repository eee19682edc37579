"""Macro AUC, one class against the rest, of records that weigh differently.

The area under the ROC curve is the chance that a record of the class has a higher score than a
record of the others, ties counting half (Hanley and McNeil 1982, Radiology 143, 29-36). With
weights it is a sum over pairs, weighted by both. The scores are sorted once, and thousands of
weightings then cost a running sum each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK = 64  # weightings at once: their running sums over some hundred records stay in the cache


@dataclass(frozen=True, eq=False)
class OneAgainstRest:
    """A class's records and the others, ready to be weighed.

    Attributes:
        members: group of each of the class's records, int ``[m]``.
        others: group of each other record, by rising score, int ``[o]``.
        below: how many of the others score lower than each member, int ``[m]``.
        upto: how many score lower or the same, int ``[m]``.
    """

    members: np.ndarray
    others: np.ndarray
    below: np.ndarray
    upto: np.ndarray

    def area(self, weights: np.ndarray) -> np.ndarray:
        """The AUC under weights ``[groups, b]``: ``[b]``, NaN where either side weighs nothing."""
        running = np.zeros((len(self.others) + 1, weights.shape[1]))
        np.cumsum(weights[self.others], axis=0, out=running[1:])
        ours = weights[self.members]
        beaten = (running[self.below] + running[self.upto]) / 2
        pairs = ours.sum(axis=0) * running[-1]
        won = np.einsum("mb,mb->b", ours, beaten)
        return np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def one_against_rest(member: np.ndarray, scores: np.ndarray, index: np.ndarray) -> OneAgainstRest:
    """Sorts one class's scores.

    Args:
        member: whether each record is of the class, bool ``[n]``.
        scores: its probability of the class, ``[n]``.
        index: its group, int ``[n]``.

    Example:
        >>> rows = np.arange(4)
        >>> sorted_ = one_against_rest(rows % 2 == 1, np.array([0.1, 0.9, 0.5, 0.5]), rows)
        >>> float(sorted_.area(np.ones((4, 1)))[0])  # 3.5 of 4 pairs are in order
        0.875
    """
    rest = scores[~member]
    order = np.argsort(rest, kind="stable")
    below, upto = (np.searchsorted(rest[order], scores[member], side) for side in ("left", "right"))
    return OneAgainstRest(index[member], index[~member][order], below, upto)


def weighted_macro_auc(classes: list[OneAgainstRest], weights: np.ndarray) -> np.ndarray:
    """The mean AUC over the classes that have one.

    Args:
        classes: of :func:`one_against_rest`.
        weights: of the groups, ``[weightings, groups]``.

    Returns:
        ``[weightings]``; NaN where only one class weighs anything.
    """
    values = np.empty(len(weights))
    for start in range(0, len(weights), BLOCK):
        block = np.ascontiguousarray(weights[start : start + BLOCK].T)
        areas = np.stack([one.area(block) for one in classes])
        known = np.isfinite(areas).sum(axis=0)
        total = np.nansum(areas, axis=0)
        values[start : start + BLOCK] = np.where(known, total / np.maximum(known, 1), np.nan)
    return values
