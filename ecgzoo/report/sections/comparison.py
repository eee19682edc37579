"""Comparison: is one model better than another? Every pair, by every test."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import Posterior, holm
from ecgzoo.evaluation.p_value import p_short
from ecgzoo.report.compare import Pair, pairs
from ecgzoo.report.figures import BLUE, GRAY
from ecgzoo.report.html.drawing import drawing
from ecgzoo.report.html.elements import heading, paragraph, table
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of

TESTS = ("difference (95% interval)", "bootstrap p", "Holm p", "permutation p", "McNemar p")
POSTERIORS = ("by groups: better", "equal", "by records", "equal", "by folds", "equal")
READ = (
    "Differences of out-of-fold macro F1, the better model first. Bootstrap and permutation draw "
    "whole printed IDs; McNemar's test and the posterior by records take pages as independent, "
    "which those of one ID are not; that by folds knows five figures. Holm's correction is over "
    "all pairs of a protocol. 'Equal' is within 0.01."
)


def comparison(study: Study) -> str:
    """The section's body."""
    return paragraph(READ) + "".join(_of_one(one) for one in study if len(one.models) > 1)


def _of_one(one: CrossValidation) -> str:
    found = pairs(one)
    corrected = holm([pair.difference.p_value for pair in found])
    title = title_of(one)
    survive = [str(pair) for pair, p in zip(found, corrected, strict=True) if p < 0.05]
    return "".join(
        [
            heading(title),
            paragraph(
                f"Differences that survive Holm's correction over {len(found)} pairs: "
                f"{', '.join(survive) if survive else 'none'}.",
                "verdict",
            ),
            drawing(
                f"comparison-{one.recipe.protocol}",
                lambda: _forest(found),
                f"Differences in macro F1 with intervals, {title}: "
                f"{'; '.join(f'{pair}: {pair.difference.estimate:+.3f}' for pair in found)}.",
                "Differences in macro F1 with 95% group-bootstrap intervals; zero is dashed.",
            ),
            table(("pair", *TESTS), map(_tests, found, corrected), "Tests"),
            table(("pair", *POSTERIORS), map(_posteriors, found), "Probability of being better"),
        ]
    )


def _tests(pair: Pair, corrected: float) -> list[str]:
    one = pair.difference
    others = (pair.permutation.p_value, pair.mcnemar.p_value)
    return [
        str(pair),
        one.interval,
        p_short(one.p_value),
        p_short(corrected),
        *map(p_short, others),
    ]


def _posteriors(pair: Pair) -> list[str]:
    cells = (_shares(one) for one in (pair.posterior, pair.outcomes, pair.folds))
    return [str(pair), *(share for shares in cells for share in shares)]


def _shares(one: Posterior) -> tuple[str, str]:
    return f"{one.better:.3f}", f"{one.equivalent:.3f}"


def _forest(found: list[Pair]) -> Figure:
    figure = Figure(figsize=(7.5, 0.3 * len(found) + 1), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(found))[::-1]
    middle = np.array([pair.difference.estimate for pair in found])
    ends = np.array([[one.difference.low, one.difference.high] for one in found]).T
    spread = np.abs(ends - middle)
    axes.errorbar(middle, places, xerr=spread, fmt="o", color=BLUE, ecolor=GRAY, capsize=3)
    axes.axvline(0, color=GRAY, linestyle="--", linewidth=1)
    axes.set_yticks(places, map(str, found))
    axes.set(xlabel="difference in macro F1")
    axes.grid(axis="x", alpha=0.2)
    return figure
