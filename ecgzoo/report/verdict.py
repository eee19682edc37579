"""A verdict on two models, as a sentence."""

from __future__ import annotations

from ecgzoo.evaluation import Difference
from ecgzoo.evaluation.p_value import p_shown
from ecgzoo.report.two_models import METRICS, TwoModels


def verdict(found: TwoModels, first: str = "A", second: str = "B") -> str:
    """Which model is better, by how much and how surely; or that this is not shown.

    One is better if bootstrap and permutation test both say so. Failing that, they are equal in
    practice if the Bayesian bootstrap gives that at least the intervals' level.
    """
    contrast, metric = found.contrasts[found.metric], METRICS[found.metric]
    one, equal = contrast.difference, contrast.posterior.equivalent
    better, worse = (first, second) if one.estimate >= 0 else (second, first)
    gap = f"{_gap(one)}, {p_shown(contrast.p_value)})"
    if contrast.p_value < 1 - one.level:
        return f"{better} is better than {worse}: its {metric} is higher by {gap}."
    higher = f"the {metric} of {better} is higher by {gap}"
    if equal >= one.level:
        return (
            f"{first} and {second} are equal in practice: {higher}, and with probability "
            f"{equal:.3f} they differ by at most {contrast.posterior.rope:g}."
        )
    return f"Not shown that {first} and {second} differ: {higher}."


def _gap(one: Difference) -> str:
    """The size of the difference and its interval, seen from the better one."""
    low, high = (one.low, one.high) if one.estimate >= 0 else (-one.high, -one.low)
    return f"{abs(one.estimate):.3f} ({one.level * 100:g}% interval {low:.3f} to {high:.3f}"
