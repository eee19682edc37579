"""Areas under curves of ranked scores, a class against the rest, under any weights of the groups.

Under the ROC curve ties count half. Average precision is the mean over the members of the precision
at their score, where equal scores are called together, as in scikit-learn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

BLOCK = 64  # weightings at once: their running sums over some hundred records stay in the cache


class Area(Protocol):
    """A class's records and the others, ready to be weighed."""

    def area(self, weights: np.ndarray) -> np.ndarray:
        """The area under weights ``[groups, b]``: ``[b]``, NaN where there is none."""
        ...


@dataclass(frozen=True, eq=False)
class _OneAgainstRest:
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
        running = _running(weights[self.others])
        ours = weights[self.members]
        beaten = (running[self.below] + running[self.upto]) / 2
        pairs = ours.sum(axis=0) * running[-1]
        won = np.einsum("mb,mb->b", ours, beaten)
        return np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def _one_against_rest(member: np.ndarray, scores: np.ndarray, index: np.ndarray) -> _OneAgainstRest:
    """Sorts scores ``[n]``, of which a class's members have each a group."""
    rest = scores[~member]
    order = np.argsort(rest, kind="stable")
    below, upto = (np.searchsorted(rest[order], scores[member], side) for side in ("left", "right"))
    return _OneAgainstRest(index[member], index[~member][order], below, upto)


@dataclass(frozen=True, eq=False)
class _Precision:
    """A class's members among all records, by falling score.

    Attributes:
        members: group of each member, int ``[m]``.
        records: group of each record, int ``[n]``.
        called: how many records score as high as each member, int ``[m]``.
        hits: how many of them are members, int ``[m]``.
    """

    members: np.ndarray
    records: np.ndarray
    called: np.ndarray
    hits: np.ndarray

    def area(self, weights: np.ndarray) -> np.ndarray:
        """The average precision under weights ``[groups, b]``: ``[b]``, NaN without members."""
        called, hits = (_running(weights[one]) for one in (self.records, self.members))
        ours, below = weights[self.members], called[self.called]
        precision = hits[self.hits] / np.where(below > 0, below, 1)
        total = ours.sum(axis=0)
        found = np.einsum("mb,mb->b", ours, precision)
        return np.divide(found, total, out=np.full(len(total), np.nan), where=total > 0)


def _running(weights: np.ndarray) -> np.ndarray:
    """The sums of the first 0, 1, ... rows: ``[rows + 1, b]``."""
    running = np.zeros((len(weights) + 1, weights.shape[1]))
    np.cumsum(weights, axis=0, out=running[1:])
    return running


def _precision(member: np.ndarray, scores: np.ndarray, index: np.ndarray) -> _Precision:
    """Sorts scores ``[n]``, of which a class's members have each a group."""
    order = np.argsort(-scores, kind="stable")
    falling, ours = -scores[order], member[order]
    called, hits = (
        np.searchsorted(one, falling[ours], "right") for one in (falling, falling[ours])
    )
    return _Precision(index[order][ours], index[order], called, hits)


def _macro(classes: Sequence[Area], weights: np.ndarray) -> np.ndarray:
    """The mean area over the classes that have one; NaN where none has."""
    values = np.empty(len(weights))
    for start in range(0, len(weights), BLOCK):
        block = np.ascontiguousarray(weights[start : start + BLOCK].T)
        areas = np.stack([one.area(block) for one in classes])
        known = np.isfinite(areas).sum(axis=0)
        total = np.nansum(areas, axis=0)
        values[start : start + BLOCK] = np.where(known, total / np.maximum(known, 1), np.nan)
    return values


MACRO_AUC, MACRO_AP = "macro_auc", "macro_average_precision"
KINDS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], Area]] = {
    MACRO_AUC: _one_against_rest,
    MACRO_AP: _precision,
}


def macro_area(
    kind: str, members: np.ndarray, scores: np.ndarray, index: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """The mean area over the classes that have one, as a function of the groups' weights.

    Args:
        kind: one of ``KINDS``.
        members: which classes hold, bool ``[n, classes]``.
        scores: of each class, on any scale, ``[n, classes]``.
        index: group of each record, from 0, int ``[n]``.

    Returns:
        From weights ``[weightings, groups]`` to values ``[weightings]``, NaN where no class has an
        area: an AUC takes members and others, average precision members.

    Example:
        >>> members, scores = np.array([[True], [False]]), np.array([[0.9], [0.2]])
        >>> macro_area("macro_auc", members, scores, np.arange(2))(np.ones((1, 2)))
        array([1.])
    """
    columns = zip(members.T, scores.T, strict=True)
    classes = [KINDS[kind](member, column, index) for member, column in columns]
    return lambda weights: _macro(classes, weights)


def area_of_each(kind: str, members: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Each class's area, NaN where it has none: ``[classes]``.

    Args:
        kind: one of ``KINDS``.
        members: which classes hold, bool ``[n, classes]``.
        scores: of each class, on any scale, ``[n, classes]``.

    Example:
        >>> members, scores = np.array([[1, 0], [0, 0]], bool), np.array([[0.9, 0.1], [0.2, 0.1]])
        >>> area_of_each("macro_auc", members, scores)
        array([ 1., nan])
    """
    index, even = np.zeros(len(members), int), np.ones((1, 1))
    columns = zip(members.T, scores.T, strict=True)
    return np.array([KINDS[kind](one, column, index).area(even)[0] for one, column in columns])
