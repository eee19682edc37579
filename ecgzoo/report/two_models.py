"""Two models on the same records: intervals, tests, Bayesian probabilities, and one verdict.

Neither model is needed, only what they answered.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ecgzoo.evaluation import (
    Intervals,
    McNemar,
    Posterior,
    intervals,
    mcnemar,
    paired_outcomes_posterior,
)
from ecgzoo.evaluation.posterior import ROPE
from ecgzoo.report.contrast import Contrast, contrast
from ecgzoo.training.predictions import Predictions

METRICS = {"accuracy": "accuracy", "macro_f1": "macro F1", "macro_auc": "macro AUC"}


@dataclass(frozen=True)
class TwoModels:
    """What is known of two models.

    Attributes:
        records: how many both answered for.
        groups: how many groups (patients) these are of.
        first: A's metrics with intervals.
        second: B's.
        contrasts: by metric.
        metric: the one that decides.
        mcnemar: McNemar's test; None where a group has several records, which it cannot take.
        outcomes: the posterior of the paired outcomes; likewise.
    """

    records: int
    groups: int
    first: Intervals
    second: Intervals
    contrasts: dict[str, Contrast]
    metric: str
    mcnemar: McNemar | None = None
    outcomes: Posterior | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


def two_models(
    first: Predictions,
    second: Predictions,
    metric: str = "macro_f1",
    rope: float = ROPE,
    resamples: int = 5000,
    level: float = 0.95,
    seed: int = 0,
) -> TwoModels:
    """Compares two models' predictions of the same records.

    Args:
        first: A's predictions.
        second: B's, of the same records in the same order.
        metric: the one that decides: ``accuracy``, ``macro_f1`` or ``macro_auc``.
        rope: difference up to which the two are equal in practice.
        resamples: number of resamples, of swaps and of draws.
        level: coverage of the intervals; a difference is shown at a p-value below what it leaves.
        seed: of all draws.

    Raises:
        ValueError: on an unknown metric, settings out of range, or predictions that the functions
            of :mod:`ecgzoo.evaluation` refuse.
    """
    if metric not in METRICS:
        raise ValueError(f"expected a metric among {', '.join(METRICS)}; got {metric!r}")
    labels, groups = first.labels, first.groups
    pair = first.probabilities, second.probabilities
    both = [intervals(labels, one, groups, resamples, level, seed=seed) for one in pair]
    contrasts = {
        name: contrast(labels, *pair, groups, name, rope, resamples, level, seed)
        for name in METRICS
    }
    count = len(set(groups.tolist()))
    found = TwoModels(len(labels), count, both[0], both[1], contrasts, metric)
    if count < len(labels):
        return found
    ours, theirs = (one.argmax(axis=1) for one in pair)
    outcomes = paired_outcomes_posterior(labels, ours, theirs, rope, level=level, seed=seed)
    return replace(found, mcnemar=mcnemar(labels, ours, theirs), outcomes=outcomes)
