"""Comparison: is one model better than another, by every test, and as the paper claims?"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from ecgzoo.evaluation import (
    bayesian_bootstrap,
    group_bootstrap,
    holm,
    paired_difference,
)
from ecgzoo.evaluation.results import p_short
from ecgzoo.report.compare import Pair, pairs
from ecgzoo.report.html.elements import drawing, heading, paragraph, table
from ecgzoo.report.saved_figure import BLUE, GRAY
from ecgzoo.report.study.cross_validation import CrossValidation, Study, title_of
from ecgzoo.report.study.headline import SHOWN
from ecgzoo.report.study.side_by_side import PAPER_ACCURACY

TESTS = ("difference (95% interval)", "bootstrap p", "Holm p", "permutation p", "McNemar p")
POSTERIORS = ("by groups: better", "equal", "by records", "equal", "by folds", "equal")
READ = (
    "Differences of the out-of-fold {metric}, the better model first. Bootstrap and permutation "
    "draw whole groups (patients); {by_records}the posterior by folds knows a figure per fold. "
    "Holm's correction is over all pairs of a protocol. 'Equal' is within 0.01."
)
BY_RECORDS = (
    "McNemar's test and the posterior by records take records as independent, which those of one "
    "group are not; "
)
RECORDS_OF_SEVERAL = (
    "of several labels at once McNemar's test and the posterior by records ask whether a record "
    "has every label right, and take records as independent; "
)


def comparison(study: Study) -> str:
    """The section's body."""
    first = study.headline
    by_records = RECORDS_OF_SEVERAL if first.several else BY_RECORDS
    read = READ.format(metric=SHOWN[first.metric], by_records=by_records)
    return paragraph(read) + "".join(_pairs_of_one(one) for one in study if len(one.models) > 1)


def _pairs_of_one(one: CrossValidation) -> str:
    found = pairs(one)
    corrected = holm([pair.difference.p_value for pair in found])
    title, shown = title_of(one), SHOWN[one.metric]
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
                lambda: _forest(found, shown),
                f"Differences in {shown} with intervals, {title}: "
                f"{'; '.join(f'{pair}: {pair.difference.estimate:+.3f}' for pair in found)}.",
                f"Differences in {shown} with 95% group-bootstrap intervals; zero is dashed.",
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
    found = (pair.posterior, pair.outcomes, pair.folds)
    shares = (share for one in found for share in (one.better, one.equivalent))
    return [str(pair), *(f"{share:.3f}" for share in shares)]


def _forest(found: list[Pair], shown: str) -> Figure:
    figure = Figure(figsize=(7.5, 0.3 * len(found) + 1), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(found))[::-1]
    middle = np.array([pair.difference.estimate for pair in found])
    ends = np.array([[one.difference.low, one.difference.high] for one in found]).T
    spread = np.abs(ends - middle)
    axes.errorbar(middle, places, xerr=spread, fmt="o", color=BLUE, ecolor=GRAY, capsize=3)
    axes.axvline(0, color=GRAY, linestyle="--", linewidth=1)
    axes.set_yticks(places, map(str, found))
    axes.set(xlabel=f"difference in {shown}")
    axes.grid(axis="x", alpha=0.2)
    return figure


METRICS = ("accuracy", "macro_precision", "macro_recall", "macro_f1")
LEVEL = 0.05
PROBABLE = 0.90


@dataclass(frozen=True)
class Claim:
    """A statement of arXiv 2508.00963 beside what was found.

    Attributes:
        statement: what the paper says.
        found: figures by what they measure.
        verdict: what they say of the statement.
    """

    statement: str
    found: dict[str, str]
    verdict: str


def claims(one: CrossValidation) -> list[Claim]:
    """The claims that a cross-validation has the models for; none of other records than its own."""
    found: list[Claim] = []
    if not one.of_the_paper:
        return found
    if {"hybrid1", "cnn2d"} <= {*one.models}:
        found.append(_hybrid1_above_cnn2d(one))
    if {"hybrid1", "hybrid2"} <= {*one.models}:
        found.append(_hybrid2_not_above_hybrid1(one))
    return found + [_accuracy(one, model) for model in PAPER_ACCURACY if model in one.models]


def _hybrid1_above_cnn2d(one: CrossValidation) -> Claim:
    found, holds = {}, []
    labels, ours, theirs, groups = one.answers("hybrid1", "cnn2d")
    for metric in METRICS:
        difference = paired_difference(labels, ours, theirs, groups, metric)
        probability = bayesian_bootstrap(labels, ours, theirs, groups, metric, rope=0).better
        found[metric] = f"{difference}, P {probability:.3f}"
        holds.append(
            difference.estimate > 0 and difference.p_value < LEVEL and probability > PROBABLE
        )
    verdict = {4: "Holds on all four metrics.", 0: "Not shown on any metric."}
    return Claim(
        "Hybrid 1 beats the 2D-CNN on every metric, with p below 0.05 and a Bayesian probability "
        "above 0.90.",
        found,
        verdict.get(sum(holds), f"Holds on {sum(holds)} of the four metrics."),
    )


def _hybrid2_not_above_hybrid1(one: CrossValidation) -> Claim:
    labels, ours, theirs, groups = one.answers("hybrid2", "hybrid1")
    differences = {
        metric: paired_difference(labels, ours, theirs, groups, metric) for metric in METRICS
    }
    above = [metric for metric, found in differences.items() if found.estimate > 0]
    shown = [metric for metric in METRICS if differences[metric].p_value < LEVEL]
    lower = [metric for metric in shown if metric not in above]
    surely = [metric for metric in shown if metric in above]
    if surely:
        verdict = f"Contradicted: Hybrid 2 is higher, p below 0.05, in {', '.join(surely)}."
    elif above:
        verdict = (
            f"Not contradicted: Hybrid 2 is higher in {', '.join(above)}, within what chance does."
        )
    else:
        verdict = "Agrees: Hybrid 2 is not higher in any."
    if lower:
        verdict += f" Lower with p below 0.05 in {', '.join(lower)}."
    return Claim(
        "Hybrid 2 minus Hybrid 1 is zero or negative on every metric.",
        {metric: str(found) for metric, found in differences.items()},
        verdict,
    )


def _accuracy(one: CrossValidation, model: str) -> Claim:
    labels, predicted, groups = one.answers(model)
    interval = group_bootstrap(labels, predicted, groups, "accuracy")
    paper = PAPER_ACCURACY[model]
    if paper > interval.high:
        verdict = "Not reached: the paper's figure lies above the interval."
    elif paper < interval.low:
        verdict = "Exceeded: the paper's figure lies below the interval."
    else:
        verdict = "Within the interval."
    if one.leaky:
        verdict += " With copies of test pages in the training part."
    statement = f"{model} has an accuracy of {paper:.0%}."
    return Claim(statement, {"accuracy": str(interval)}, verdict)


CLAIMED = (
    "Statements of arXiv 2508.00963. Differences are paired, with 95% group-bootstrap intervals "
    "and p-values; P is the Bayesian bootstrap's probability that the difference is above zero. "
    "The paper's split is not stated; the leaky protocol is the likely one. What it says of the "
    "domains stands below, under what each domain adds."
)


def claims_section(study: Study) -> str:
    """The section's body."""
    parts = [paragraph(CLAIMED)]
    for one in study:
        if not one.of_the_paper:
            continue
        parts.append(heading(title_of(one)))
        parts += [_shown(claim) for claim in claims(one)]
    return "".join(parts)


def _shown(claim: Claim) -> str:
    if len(claim.found) == 1:
        ((what, value),) = claim.found.items()
        return paragraph(claim.statement) + paragraph(f"{what} {value}. {claim.verdict}", "verdict")
    rows = list(claim.found.items())
    return (
        paragraph(claim.statement)
        + table(("metric", "found"), rows, "Found")
        + paragraph(claim.verdict, "verdict")
    )
