"""Einthoven's and Goldberger's laws: limb leads that were recorded together follow from each other.

Where they do not, leads are swapped, scaled apart, or not of the same time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tf_data.lead_names import lead_of

LAWS: Mapping[str, Mapping[str, float]] = {
    "I + III = II": {"I": 1.0, "III": 1.0, "II": -1.0},
    "aVR + aVL + aVF = 0": {"aVR": 1.0, "aVL": 1.0, "aVF": 1.0},
    "aVR = -(I + II) / 2": {"aVR": 1.0, "I": 0.5, "II": 0.5},
}
"""Sums of leads that are zero."""

KEPT = 0.1  # of the leads' own size: filters and rounding stay below


@dataclass(frozen=True)
class Law:
    """How far leads keep a law.

    Attributes:
        law: such as ``"I + III = II"``.
        residual: root mean square of what should be zero, constant offsets aside, in mV.
        relative: the same as a share of the largest lead's root mean square.
    """

    law: str
    residual: float
    relative: float

    @property
    def kept(self) -> bool:
        """Whether the leads follow from each other."""
        return self.relative <= KEPT


def columns_of(names: Sequence[str]) -> dict[str, list[tuple[int, float]]]:
    """The laws whose leads are all there, as columns and what each is multiplied by.

    Example:
        >>> columns_of(["DI", "MLII", "III"])
        {'I + III = II': [(0, 1.0), (2, 1.0), (1, -1.0)]}
    """
    found: dict[str, tuple[int, int]] = {}
    for column, name in enumerate(names):
        if lead := lead_of(name):
            found.setdefault(lead[0], (column, lead[1]))
    return {
        law: [(found[lead][0], share * found[lead][1]) for lead, share in shares.items()]
        for law, shares in LAWS.items()
        if set(shares) <= set(found)
    }


def sums_of_squares(signal: np.ndarray, columns: Sequence[tuple[int, float]]) -> np.ndarray:
    """Of what should be zero, of the largest of its leads, and of how many samples.

    Example:
        >>> leads = np.array([[0.0, 0], [1, 1], [-1, -1]])
        >>> sums_of_squares(leads, [(0, 1.0), (1, -1.0)]).tolist()
        [0.0, 2.0, 3.0]
    """
    leads = signal[:, [column for column, _ in columns]]
    leads = leads[np.isfinite(leads).all(axis=1)]
    if not len(leads):
        return np.zeros(3)
    leads = leads - np.median(leads, axis=0)
    rest = leads @ np.array([share for _, share in columns])
    largest = np.square(leads).sum(axis=0).max()
    return np.array([np.square(rest - np.median(rest)).sum(), largest, len(leads)])


def law_of(law: str, sums: np.ndarray) -> Law | None:
    """A law by the sums of all blocks; None where nothing varies."""
    rest, largest, count = sums
    if not (count and largest):
        return None
    return Law(law, float(np.sqrt(rest / count)), float(np.sqrt(rest / largest)))


def broken_laws(signal: np.ndarray, names: Sequence[str]) -> list[Law]:
    """The laws that leads ``[samples, leads]`` in mV do not keep, beyond filters and rounding.

    Example:
        >>> first, second = np.random.default_rng(0).normal(size=(2, 500))
        >>> limbs = np.stack([first, second, second - first], axis=1)
        >>> [one.law for one in broken_laws(limbs, ["I", "II", "III"])]
        []
        >>> [one.law for one in broken_laws(limbs, ["I", "III", "II"])]
        ['I + III = II']
    """
    found = [law_of(law, sums_of_squares(signal, at)) for law, at in columns_of(names).items()]
    return [law for law in found if law is not None and not law.kept]
