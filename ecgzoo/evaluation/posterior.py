"""A posterior distribution of the difference between two classifiers, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ROPE = 0.01  # half the width of the region of practical equivalence


@dataclass(frozen=True)
class Posterior:
    """How probable it is that one classifier is better than another, equal, or worse.

    The three probabilities sum to 1. Source: Benavoli, Corani, Demsar and Zaffalon (2017), Time for
    a Change: a Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis, JMLR 18(77).

    Attributes:
        estimate: mean of the difference, first minus second.
        low: lower end of its credible interval.
        high: upper end.
        better: probability that the first is better by more than ``rope``.
        equivalent: probability that they differ by at most ``rope``.
        worse: probability that the second is better by more than ``rope``.
        rope: difference up to which they are equal in practice.
        level: probability of the interval.
    """

    estimate: float
    low: float
    high: float
    better: float
    equivalent: float
    worse: float
    rope: float
    level: float

    def __str__(self) -> str:
        return f"better {self.better:.3f}, equal {self.equivalent:.3f}, worse {self.worse:.3f}"

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return dict(vars(self))

    def to_frame(self) -> pd.DataFrame:
        """A table of one row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def posterior_of_draws(differences: np.ndarray, rope: float, level: float) -> Posterior:
    """What draws of the difference say.

    Args:
        differences: draws from its posterior, ``[draws]``.
        rope: half the width of the region of practical equivalence.
        level: probability of the interval.

    Example:
        >>> print(posterior_of_draws(np.array([-0.2, 0.0, 0.005, 0.1]), rope=0.01, level=0.95))
        better 0.250, equal 0.500, worse 0.250
    """
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    better, worse = float((differences > rope).mean()), float((differences < -rope).mean())
    mean, equal = float(differences.mean()), float((abs(differences) <= rope).mean())
    return Posterior(mean, float(low), float(high), better, equal, worse, rope, level)


def check_rope(rope: float) -> None:
    """Checks the region of practical equivalence.

    Raises:
        ValueError: if it is negative or not finite.
    """
    if not 0 <= rope < np.inf:
        raise ValueError(
            f"expected a difference from 0 up that is equal in practice, such as 0.01; got {rope}"
        )
